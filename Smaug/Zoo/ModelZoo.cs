using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;

namespace Smaug.Zoo;

/// <summary>
/// Well-known networks, built with the public modelling API. Their parameters come from the seed of the options and cost no
/// memory until they are used.
/// </summary>
public static class ModelZoo
{
    /// <summary>All networks, small ones first.</summary>
    public static IReadOnlyList<ZooModel> Models { get; } =
    [
        new("tutorial", "the three layers of SMAUG's tutorial: convolution, max pooling, inner product; 28 x 28 x 1", SmallNetworks.Tutorial),
        new("minerva", "four inner products for MNIST (Reagen et al., 2016); 28 x 28 x 1", SmallNetworks.Minerva),
        new("lenet5", "two convolutions and two inner products for MNIST; 28 x 28 x 1", SmallNetworks.LeNet5),
        new("lstm", "two LSTM layers of 32 units over 4 time steps", SmallNetworks.Lstm),
        new("cnn", "four convolutions with batch normalisation for CIFAR-10; 32 x 32 x 3", SmallNetworks.Cnn),
        new("vgg16-cifar", "VGG for CIFAR-10: ten convolutions, two inner products; 32 x 32 x 3", Vgg.Cifar),
        new("elu", "11-layer ELU network for CIFAR-100 (Clevert et al., 2016); 32 x 32 x 3", EluNetworks.Small),
        new("elu-large", "18-layer ELU network for CIFAR-100 (Clevert et al., 2016); 32 x 32 x 3", EluNetworks.Large),
        new("mobilenet-v1", "MobileNet v1, width 1.0 (Howard et al., 2017); 224 x 224 x 3, 1000 classes", MobileNet.V1),
        new("resnet50", "ResNet-50 (He et al., 2016) as SMAUG builds it; 225 x 225 x 3, 10 classes", ResNet.ResNet50),
        new("vgg16-imagenet", "VGG-16 (Simonyan and Zisserman, 2015); 224 x 224 x 3, 1000 classes", Vgg.ImageNet),
    ];

    /// <summary>Builds a network.</summary>
    /// <param name="name">One of the names of <see cref="Models"/>.</param>
    /// <param name="backend">What the model must know of the backend it will run on.</param>
    /// <param name="options">Seed, memory policy, layout transforms; null for the defaults.</param>
    /// <exception cref="ConfigurationException">There is no network of that name.</exception>
    public static Graph Create(string name, BackendTraits backend, ModelOptions? options = null)
    {
        ZooModel model = Models.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ConfigurationException($"zoo model '{name}': unknown; use one of {string.Join(", ", Models.Select(m => m.Name))}");
        var builder = new ModelBuilder(model.Name, backend, options);
        model.Builder(builder);
        return builder.Build();
    }
}
