using Smaug.Memory.Pooling;

namespace Smaug.Tests.Memory;

/// <summary>Numbers of things under way against a plain dictionary.</summary>
public class SlotTableTests
{
    [Test]
    public void Things_keep_their_numbers_until_they_are_removed()
    {
        var table = new SlotTable<string>(2);
        var known = new Dictionary<int, string>();
        var random = new Random(1);
        for (int step = 0; step < 10_000; step++)
        {
            if (known.Count > 0 && random.Next(3) == 0)
            {
                int number = known.Keys.ElementAt(random.Next(known.Count));
                Assert.That(table.Take(number), Is.EqualTo(known[number]));
                Assert.That(table[number], Is.Null, "what was removed is not kept alive");
                known.Remove(number);
            }
            else
            {
                known.Add(table.Add($"thing {step}"), $"thing {step}");
            }
        }

        foreach ((int number, string thing) in known) Assert.That(table[number], Is.EqualTo(thing));
        Assert.That(table.Places, Is.GreaterThanOrEqualTo(known.Count).And.LessThan(10_000));
    }

    [Test]
    public void A_removed_number_is_given_again()
    {
        var table = new SlotTable<long>(1);
        int first = table.Add(7);
        table.Add(out int second) = 8;
        table.Remove(first);
        Assert.That((table.Add(9), table[first], table[second], table.Places), Is.EqualTo((first, 9L, 8L, 2)));
    }
}
