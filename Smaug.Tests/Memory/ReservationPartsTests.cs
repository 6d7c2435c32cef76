using System.Numerics;
using Smaug.Memory.Arithmetic;
using Smaug.Memory.Coherence;
using Smaug.Memory.Dram.Transaction;
using Smaug.Memory.Pooling;
using Smaug.Memory.Reservation;

namespace Smaug.Tests.Memory;

/// <summary>The parts of the reservation model beside plain ones that are obviously right, under random use.</summary>
public class ReservationPartsTests
{
    [TestCase(1, 8)]
    [TestCase(12, 8)]
    [TestCase(16, 8)]
    [TestCase(16, 6)]
    [TestCase(4096, 8)]
    public void Links_reserve_as_sets_of_taken_slots_do(int bytesPerCycle, int controlBytes)
    {
        var random = new Random(bytesPerCycle + controlBytes);
        var options = new MesiOptions { LinkBytesPerCycle = bytesPerCycle, ControlBytes = controlBytes, LineBytes = 32 };
        var links = new LinkReservations(options);
        var plain = new PlainLinks(bytesPerCycle);
        for (int node = 0; node < 4; node++) links.AddNode();
        long cycle = 0;
        for (int i = 0; i < 50_000; i++)
        {
            // Bursts of messages in nearly rising order, and now and then a pause.
            cycle += random.Next(100) == 0 ? random.Next(100_000) : random.Next(4 * Math.Max(1, 12 / bytesPerCycle));
            long from = Math.Max(0, cycle + random.Next(-60, 60));
            (int source, int destination, int latency, bool isForward) = (random.Next(4), random.Next(4), random.Next(12), random.Next(3) == 0);
            bool isData = random.Next(2) == 0;
            (int slots, int bytes) = (isData ? links.DataSlots : links.ControlSlots, controlBytes + (isData ? 32 : 0));
            if (random.Next(4) > 0)
            {
                long ours = links.Send(source, destination, from, latency, slots, isForward);
                Assert.That(ours, Is.EqualTo(plain.Send(source, destination, from, latency, bytes, isForward)), $"message {i}");
                continue;
            }

            // One that takes its place when it starts: it starts in no cycle that others have taken.
            Assert.That(links.TryStart(LinkReservations.LinkFrom(source), from, slots, out long free), Is.EqualTo(plain.TryStart(source, from, bytes, out long plainFree)), $"message {i}");
            Assert.That(free, Is.EqualTo(plainFree), $"message {i}");
            Assert.That(links.Arrive(destination, from, slots), Is.EqualTo(plain.Arrive(destination, from, bytes, isForward: false)), $"message {i}");
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(8)]
    [TestCase(16)]
    public void Lines_are_found_where_they_were_laid(int ways)
    {
        var random = new Random(ways);
        var lines = new LineArray(16L * ways * 64, ways, 64);
        var places = new Dictionary<long, int>();
        for (int i = 0; i < 20_000; i++)
        {
            long line = random.Next(16 * ways * 3) + (random.Next(2) * (1L << 33));
            int found = lines.Find(line);
            Assert.That(found, Is.EqualTo(places.GetValueOrDefault(line, -1)));
            if (found >= 0)
            {
                lines.Touch(found);
                if (random.Next(4) > 0) continue;
                lines.Clear(found);
                places.Remove(line);
                continue;
            }

            int place = lines.Place(line);
            if (!lines.IsEmpty(place))
            {
                Assert.That(places.Count(p => p.Key % 16 == line % 16), Is.EqualTo(ways), "a line leaves a full set only");
                Assert.That(places.Remove(lines.NumberOf(place)), Is.True);
                lines.Clear(place);
            }

            lines.Put(place, line);
            places.Add(line, place);
            Assert.That((lines.NumberOf(place), lines.Holds(place, line)), Is.EqualTo((line, true)));
        }
    }

    [Test]
    public void Lines_on_their_way_are_no_victims()
    {
        var lines = new LineArray(4 * 64, 4, 64);
        for (int line = 0; line < 4; line++)
        {
            int place = lines.Place(line);
            lines.Put(place, line);
            lines.Touch(place);
            lines[place].IsBusy = line != 2;
        }

        Assert.That(lines.NumberOf(lines.Place(9)), Is.EqualTo(2));
        lines[lines.Find(2)].IsBusy = true;
        Assert.That(lines.Place(9), Is.EqualTo(-1));
    }

    [Test]
    public void Items_of_a_queue_come_by_time_and_then_in_order()
    {
        var random = new Random(5);
        var queue = new TimeQueue<int>();
        var plain = new List<(long Time, int Item)>();
        long now = 0;
        for (int i = 0; i < 20_000; i++)
        {
            if (random.Next(2) == 0 || plain.Count == 0)
            {
                (long Time, int Item) entry = (now + random.Next(20), i);
                queue.Add(entry.Time, entry.Item);
                plain.Insert(plain.FindLastIndex(e => e.Time <= entry.Time) + 1, entry);
                continue;
            }

            Assert.That((queue.Count, queue.FirstTime), Is.EqualTo((plain.Count, plain[0].Time)));
            now = plain[0].Time;
            Assert.That(queue.TryTake(now - 1, out _), Is.False);
            Assert.That(queue.TryTake(now, out int item), Is.True);
            Assert.That(item, Is.EqualTo(plain[0].Item));
            plain.RemoveAt(0);
        }
    }

    [Test]
    public void Divisors_divide_exactly()
    {
        var random = new Random(3);
        for (int i = 0; i < 100_000; i++)
        {
            long divisor = 1 + (random.NextInt64() >> random.Next(63));
            ulong dividend = (ulong)(random.NextInt64(long.MaxValue) >> random.Next(60));
            if (i % 4 == 0) dividend = ((dividend / (ulong)divisor) * (ulong)divisor) - (dividend >= (ulong)divisor ? 1UL : 0UL);
            var by = new Divisor(divisor);
            Assert.That((by.Quotient(dividend), by.Remainder(dividend)), Is.EqualTo((dividend / (ulong)divisor, dividend % (ulong)divisor)));
        }
    }

    /// <summary>
    /// The links as they are described: the bytes that are taken. A link of 4,096 bytes has eight slots a cycle, of which each message here
    /// takes one.
    /// </summary>
    private sealed class PlainLinks(int bytesPerCycle)
    {
        private readonly int _perCycle = bytesPerCycle == 4096 ? 8 : bytesPerCycle;
        private readonly HashSet<(int Link, long Position)> _taken = [];

        public long Send(int source, int destination, long cycle, int latency, int bytes, bool isForward) =>
            Arrive(destination, Reserve(source, cycle + latency + 1, bytes, isForward), bytes, isForward);

        public long Arrive(int destination, long cycle, int bytes, bool isForward) => Reserve(~destination, cycle + 2, bytes, isForward) + 3;

        public bool TryStart(int source, long cycle, int bytes, out long free)
        {
            long position = cycle * _perCycle;
            while (_taken.Contains((source, position))) position++;
            free = position / _perCycle;
            if (free > cycle) return false;
            Reserve(source, cycle, bytes, isForward: false);
            return true;
        }

        private long Reserve(int link, long ready, int bytes, bool isForward)
        {
            long start = -1;
            long position = ready * _perCycle;
            for (int left = bytesPerCycle == 4096 ? 1 : bytes; left > 0; position++)
            {
                if (!_taken.Add((link, position))) continue;
                if (start < 0) start = position;
                left--;
            }

            return isForward ? ready : start / _perCycle;
        }
    }
}
