using Smaug.Core;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Tensors;

/// <summary>Storage that tensors hand on to one another.</summary>
internal sealed class TensorPoolTests
{
    private static TensorSpec Spec(string name, int elements) => new(name, DataType.Float32, new TensorShape([1, elements], DataLayout.NC));

    [Test]
    public void Storage_given_back_is_taken_again_and_zeroed()
    {
        var pool = new TensorPool();
        Tensor first = pool.Rent(Spec("a", 5000));
        first.Span<float>().Fill(7);
        pool.Return(first);
        long allocated = pool.AllocatedBytes;
        Tensor second = pool.Rent(Spec("b", 4000));

        Assert.Multiple(() =>
        {
            Assert.That(pool.AllocatedBytes, Is.EqualTo(allocated));
            Assert.That(second.Bytes.Length, Is.EqualTo(16000));
            Assert.That(second.ToArray<float>(), Is.All.Zero);
        });
    }

    [Test]
    public void Tensors_in_use_never_share_storage()
    {
        var pool = new TensorPool();
        Tensor first = pool.Rent(Spec("a", 1000)), second = pool.Rent(Spec("b", 1000));
        first.Span<float>().Fill(1);
        Assert.That(second.ToArray<float>(), Is.All.Zero);
    }

    [Test]
    public void A_tensor_given_back_says_so_when_it_is_read()
    {
        var pool = new TensorPool();
        Tensor tensor = pool.Rent(Spec("a", 10));
        pool.Return(tensor);
        pool.Return(tensor);
        pool.Rent(Spec("b", 10));
        Assert.That(() => tensor.ToArray<float>(), Throws.TypeOf<ModelException>().With.Message.Contains("tensor 'a'").And.Message.Contains("copy what is needed"));
    }

    [Test]
    public void Tensors_from_elsewhere_keep_their_values()
    {
        Tensor tensor = Tensor.FromValues<float>(Spec("a", 2), [1, 2]);
        new TensorPool().Return(tensor);
        Assert.That(tensor.ToArray<float>(), Is.EqualTo(new float[] { 1, 2 }));
    }
}
