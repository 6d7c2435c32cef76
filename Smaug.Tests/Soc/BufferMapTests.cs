using Smaug.Accelerators.Systems.Session;
using Smaug.Core.Units;

namespace Smaug.Tests.Soc;

public class BufferMapTests
{
    /// <summary>Else a larger cache would hold the cold code when the region is read for the second time.</summary>
    [TestCase(2)]
    [TestCase(16)]
    public void ColdAddressesComeAgainAfterTwiceTheCacheOnly(int mebibytes)
    {
        const int Piece = 4096;
        var cache = ByteSize.FromMebibytes(mebibytes);
        BufferMap buffers = new(isPaged: false, cache, ByteSize.FromGibibytes(1));
        long first = buffers.ColdAddress(Piece);
        long bytes = Piece;
        while (buffers.ColdAddress(Piece) != first) bytes += Piece;
        Assert.That(bytes, Is.EqualTo(2 * cache.Bytes));
    }

    [Test]
    public void ColdAddressesLieInMemory()
    {
        var memory = ByteSize.FromMebibytes(1);
        BufferMap buffers = new(isPaged: false, new ByteSize(1024), memory);
        for (int i = 0; i < 1000; i++) Assert.That(buffers.ColdAddress(4096), Is.InRange(0, memory.Bytes - 4096));
    }
}
