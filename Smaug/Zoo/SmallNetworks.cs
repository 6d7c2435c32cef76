using Smaug.Core.Graphs;
using Smaug.Core.Modeling;

namespace Smaug.Zoo;

/// <summary>Networks of a few layers, as SMAUG's experiments and tutorial build them.</summary>
internal static class SmallNetworks
{
    public static void Tutorial(ModelBuilder m) => m
        .Input(1, 28, 28, 1)
        .Convolution(32, (3, 3), padding: Padding.Same, activation: Activations.ReLU)
        .MaxPool((2, 2))
        .Dense(10);

    public static void Minerva(ModelBuilder m) => m
        .Input(1, 28, 28, 1)
        .Dense(256, Activations.ReLU)
        .Dense(256, Activations.ReLU)
        .Dense(256, Activations.ReLU)
        .Dense(10);

    public static void LeNet5(ModelBuilder m) => m
        .Input(1, 28, 28, 1)
        .Convolution(32, (3, 3), activation: Activations.ReLU)
        .Convolution(32, (3, 3), activation: Activations.ReLU)
        .MaxPool((2, 2))
        .Dense(128, Activations.ReLU)
        .Dense(10);

    public static void Cnn(ModelBuilder m) => m
        .Input(1, 32, 32, 3)
        .Convolution(32, (3, 3), padding: Padding.Same, activation: Activations.ReLU)
        .BatchNorm()
        .Convolution(32, (3, 3), padding: Padding.Same, activation: Activations.ReLU)
        .MaxPool((2, 2))
        .BatchNorm()
        .Convolution(64, (3, 3), padding: Padding.Same, activation: Activations.ReLU)
        .Convolution(64, (3, 3), padding: Padding.Same, activation: Activations.ReLU)
        .MaxPool((2, 2))
        .BatchNorm()
        .Dense(512, Activations.ReLU)
        .Dense(10);

    public static void Lstm(ModelBuilder m) => m
        .Input("input", 1, 4, 32)
        .Lstm(32, name: "lstm0")
        .Lstm(32, name: "lstm1");
}
