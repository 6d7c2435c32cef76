using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Tests.Simulation;

public class ProcessTests
{
    [Test]
    public void DelaysAdvanceTimeOnTheSimulatorsThread()
    {
        Simulator simulator = new();
        List<string> log = [];
        int thread = Environment.CurrentManagedThreadId;
        async Task Ticker(string name, SimTime period)
        {
            for (int i = 0; i < 3; i++)
            {
                SimTime waited = await simulator.Delay(period);
                Assert.That(waited, Is.EqualTo(period));
                Assert.That(Environment.CurrentManagedThreadId, Is.EqualTo(thread));
                log.Add($"{name}@{simulator.Now}");
            }
        }

        simulator.Start("a", () => Ticker("a", 2.Nanoseconds()));
        simulator.Start("b", () => Ticker("b", 3.Nanoseconds()));
        simulator.Run();
        // At 6 ns b comes first: it asked for that time earlier.
        Assert.That(log, Is.EqualTo(new[] { "a@2 ns", "b@3 ns", "a@4 ns", "b@6 ns", "a@6 ns", "b@9 ns" }));
    }

    [Test]
    public void AProcessAwaitsAnotherAndTasksMadeOfProcesses()
    {
        Simulator simulator = new();
        SimTime joined = default;
        simulator.Start("parent", async () =>
        {
            Process child = simulator.Start("child", async () => await simulator.Delay(5.Nanoseconds()));
            SimTime waited = await child;
            Assert.That(waited, Is.EqualTo(5.Nanoseconds()));
            await Task.WhenAll(Leg(3), Leg(7));
            await Task.Yield();
            joined = simulator.Now;
        });
        async Task Leg(int nanoseconds) => await simulator.Delay(nanoseconds.Nanoseconds());
        simulator.Run();
        Assert.That(joined, Is.EqualTo(12.Nanoseconds()));
    }

    [Test]
    public void AFailedProcessThatNobodyAwaitsFailsTheRun()
    {
        Simulator simulator = new();
        simulator.Start("camera", async () =>
        {
            await simulator.Delay(1.Nanoseconds());
            throw new InvalidOperationException("no frame");
        });
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>()
            .With.Message.EqualTo("process 'camera' failed at 1 ns: no frame").And.InnerException.TypeOf<InvalidOperationException>());
    }

    [Test]
    public void AFailedProcessFailsWhoAwaitsIt()
    {
        Simulator simulator = new();
        string? caught = null;
        simulator.Start("parent", async () =>
        {
            Process child = simulator.Start("child", async () =>
            {
                await simulator.Delay(1.Nanoseconds());
                throw new InvalidOperationException("no frame");
            });
            try
            {
                await child;
            }
            catch (InvalidOperationException error)
            {
                caught = error.Message;
            }
        });
        simulator.Run();
        Assert.That(caught, Is.EqualTo("no frame"));
    }

    [Test]
    public void ADeadlockNamesTheProcessesAndWhatTheyWaitFor()
    {
        Simulator simulator = new();
        Resource bus = new(simulator, "bus", 1);
        Resource memory = new(simulator, "memory", 1);
        simulator.Start("reader", () => TakeBoth(bus, memory));
        simulator.Start("writer", () => TakeBoth(memory, bus));
        async Task TakeBoth(Resource first, Resource second)
        {
            await first.AcquireAsync();
            await simulator.Delay(1.Nanoseconds());
            await second.AcquireAsync();
        }

        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.EqualTo(
            "deadlock at 1 ns: nothing is left to happen, but process 'reader' waits for resource 'memory' (1 of 1 held, 1 waiting); " +
            "process 'writer' waits for resource 'bus' (1 of 1 held, 1 waiting)"));
    }

    [Test]
    public void ABackgroundProcessMayWaitForEver()
    {
        Simulator simulator = new();
        Signal never = new(simulator, "work");
        simulator.Start("server", async () => await never.WaitAsync(), isBackground: true);
        Assert.That(() => simulator.Run(), Throws.Nothing);
    }

    [Test]
    public void WaitingOutsideAProcessIsRefused()
    {
        Simulator simulator = new();
        Assert.That(() => simulator.Delay(1.Nanoseconds()), Throws.TypeOf<SimulationException>().With.Message.Contains("Simulator.Start"));
    }

    [Test]
    public void ATaskThatCompletesOutsideTheSimulationIsReported()
    {
        Simulator simulator = new();
        TaskCompletionSource outside = new();
        simulator.Start("impatient", async () => await outside.Task);
        simulator.Start("trigger", async () =>
        {
            Thread thread = new(outside.SetResult);
            thread.Start();
            thread.Join();
            await simulator.Delay(1.Nanoseconds());
        });
        Assert.That(() => simulator.Run(), Throws.TypeOf<SimulationException>().With.Message.Contains("outside the simulation"));
    }

    [Test]
    public void ASignalResumesItsWaitersInOrder()
    {
        Simulator simulator = new();
        Signal ready = new(simulator, "ready");
        List<int> order = [];
        for (int i = 0; i < 3; i++)
        {
            int index = i;
            simulator.Start($"waiter {i}", async () =>
            {
                await ready.WaitAsync();
                order.Add(index);
            });
        }

        simulator.Start("opener", async () =>
        {
            await simulator.Delay(4.Nanoseconds());
            ready.Open();
        });
        simulator.Run();
        Assert.That(order, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [TestCase(QueueDiscipline.Fifo, "2,0,1")]
    [TestCase(QueueDiscipline.Priority, "1,0,2")]
    public void AResourceServesItsQueueByItsDiscipline(QueueDiscipline discipline, string expected)
    {
        Simulator simulator = new();
        Resource resource = new(simulator, "core", 1, discipline);
        List<int> order = [];
        resource.TryAcquire();
        foreach (int priority in new[] { 2, 0, 1 })
        {
            // Distinct priorities: 2 → 2, 0 → 1, 1 → 0, so that FIFO and priority order differ.
            int rank = priority switch { 2 => 2, 0 => 1, _ => 0 };
            simulator.Start($"user {priority}", async () =>
            {
                await resource.AcquireAsync(rank);
                order.Add(priority);
                await simulator.Delay(10.Nanoseconds());
                resource.Release();
            });
        }

        simulator.Start("owner", async () =>
        {
            await simulator.Delay(10.Nanoseconds());
            resource.Release();
        });
        simulator.Run();
        Assert.That(string.Join(",", order), Is.EqualTo(expected));
        Assert.That(resource.Utilization, Is.EqualTo(1));
    }

    [Test]
    public void ReleasingWhatIsNotHeldIsRefused()
    {
        Resource resource = new(new Simulator(), "bus", 1);
        Assert.That(resource.Release, Throws.TypeOf<SimulationException>().With.Message.Contains("bus"));
        Assert.That(() => new Resource(new Simulator(), "bus", 0), Throws.TypeOf<ConfigurationException>());
    }
}
