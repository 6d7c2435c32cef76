using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Tests.Units;

public class UnitTests
{
    [Test]
    public void NanosecondsRoundToWholePicoseconds() =>
        Assert.That(SimTime.FromNanoseconds(0.8336).Picoseconds, Is.EqualTo(834));

    [Test]
    public void AddingTimesBeyondTheRangeThrows() =>
        Assert.That(() => SimTime.MaxValue + 1.Picoseconds(), Throws.TypeOf<OverflowException>());

    [TestCase(0, 1000, 0)]
    [TestCase(1, 1000, 1000)]
    [TestCase(999, 1000, 1000)]
    [TestCase(1000, 1000, 1000)]
    [TestCase(1001, 1000, 2000)]
    public void EdgeZeroIsNowOrTheNextMultipleOfThePeriod(int now, int period, int expected) =>
        Assert.That(Frequency.FromPeriod(period.Picoseconds()).Edge(now.Picoseconds(), 0).Picoseconds, Is.EqualTo(expected));

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    [TestCase(2e12)]
    public void AFrequencyOutOfRangeIsRefused(double hertz) =>
        Assert.That(() => Frequency.FromHertz(hertz), Throws.TypeOf<ConfigurationException>());

    [TestCase(999, "999 ps")]
    [TestCase(1411713000, "1.412 ms")]
    public void TimesPrintWithAFittingUnit(long picoseconds, string text) =>
        Assert.That(new SimTime(picoseconds).ToString(), Is.EqualTo(text));

    [TestCase(32768, "32 KiB")]
    [TestCase(2097152, "2 MiB")]
    public void SizesPrintWithAFittingUnit(long bytes, string text) =>
        Assert.That(new ByteSize(bytes).ToString(), Is.EqualTo(text));

    [Test]
    public void OneMilliwattForOneNanosecondIsOnePicojoule() =>
        Assert.That(Energy.FromPower(1, 1.Nanoseconds()).Picojoules, Is.EqualTo(1));
}
