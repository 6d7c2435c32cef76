using System.Collections.Immutable;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Power;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Accelerators.LoopNests;

/// <summary>What a kernel described by its loops takes.</summary>
public sealed record LoopNestResult
{
    /// <summary>Cycles from begin to end.</summary>
    public required long Cycles { get; init; }

    /// <summary>All operations.</summary>
    public required OperationCounts Operations { get; init; }

    /// <summary>Accesses to each array, in the order of the datapath's arrays.</summary>
    public required ImmutableArray<ArrayAccess> Accesses { get; init; }

    /// <summary>Energy of operations and accesses, without leakage.</summary>
    public required Energy DynamicEnergy { get; init; }

    /// <summary>Leakage of units, registers and scratchpads, mW.</summary>
    public required double LeakageMilliwatts { get; init; }

    /// <summary>Area of units, registers and scratchpads, um² in 40 nm.</summary>
    public required double AreaSquareMicrometres { get; init; }

    /// <summary>Clock period, ns.</summary>
    public required double CycleTimeNanoseconds { get; init; }

    /// <summary>Average power, mW; leakage alone for a kernel without cycles.</summary>
    public double Milliwatts => LeakageMilliwatts + (Cycles == 0 ? 0 : DynamicEnergy.Picojoules / (Cycles * CycleTimeNanoseconds));
}

/// <summary>
/// Cycles, energy and area of a kernel described by its loops. A region takes its longest dependence chain or its busiest
/// array, whichever is longer; loops multiply, pipeline or merge regions, and every boundary that stays costs a cycle.
/// </summary>
public static class LoopNestModel
{
    /// <summary>Evaluates a kernel.</summary>
    /// <exception cref="ConfigurationException">The description is not valid.</exception>
    public static LoopNestResult Evaluate(LoopNestKernel kernel)
    {
        kernel.Validate();
        var work = new Work(kernel);
        long cycles = 0;
        foreach (LoopNest part in kernel.Body) cycles += work.Cycles(part, 1);
        return work.Result(cycles);
    }

    /// <summary>One evaluation: what all iterations have done so far.</summary>
    private sealed class Work
    {
        private readonly LoopNestKernel _kernel;
        private readonly double _period, _add, _multiply;
        private readonly long[] _reads, _writes;
        private OperationCounts _operations;

        public Work(LoopNestKernel kernel)
        {
            _kernel = kernel;
            _period = kernel.Datapath.CycleTimeNanoseconds;
            _add = FunctionalUnitLibrary.Cost(FunctionalUnit.Adder, _period).DelayNanoseconds;
            _multiply = FunctionalUnitLibrary.Cost(FunctionalUnit.Multiplier, _period).DelayNanoseconds;
            _reads = new long[kernel.Datapath.Arrays.Count];
            _writes = new long[kernel.Datapath.Arrays.Count];
        }

        public long Cycles(LoopNest part, long times) => part switch
        {
            LoopRegion region => Region(region, times),
            Loop loop => Cycles(loop, times),
            _ => throw new SimulationException($"the loop-nest model knows no part {part.GetType().Name}"),
        };

        private long Cycles(Loop loop, long times)
        {
            if (loop.Trips == 0) return 0;
            if (loop.Mode == LoopMode.Sequential && loop.Unroll == 1)
            {
                long iteration = LoopCycles.Boundary;
                foreach (LoopNest part in loop.Body) iteration += Cycles(part, times * loop.Trips);
                return LoopCycles.Sequential(loop.Trips, iteration);
            }

            long merged = loop.Mode == LoopMode.Flattened ? loop.Trips : Math.Min(loop.Unroll, loop.Trips);
            long groups = LoopCycles.DivideUp(loop.Trips, merged);
            long chain = (merged - 1) * loop.RecurrenceCycles;
            foreach (LoopNest part in loop.Body)
            {
                var region = (LoopRegion)part;
                chain += region.Chain.Cycles(_add, _multiply, _period);
                Region(region, times * loop.Trips);
            }

            long ports = PortBound(loop, merged);
            long depth = Math.Max(chain, ports);
            if (loop.Mode == LoopMode.Pipelined)
                return LoopCycles.Pipelined(groups, depth, LoopCycles.Interval(merged * loop.RecurrenceCycles, ports)) + LoopCycles.Boundary;
            return loop.Mode == LoopMode.Flattened ? depth : LoopCycles.Sequential(groups, depth + LoopCycles.Boundary);
        }

        private long Region(LoopRegion region, long times)
        {
            _operations += region.Operations * times;
            long cycles = region.Chain.Cycles(_add, _multiply, _period);
            foreach (ArrayAccess access in region.Accesses)
            {
                int index = _kernel.IndexOf(access.Array);
                _reads[index] += access.Reads * times;
                _writes[index] += access.Writes * times;
                cycles = Math.Max(cycles, PortBound(index, access.Reads + access.Writes));
            }

            return cycles;
        }

        /// <summary>Cycles of the array that is busiest in a group of merged iterations.</summary>
        private long PortBound(Loop loop, long merged)
        {
            long bound = 0;
            for (int index = 0; index < _reads.Length; index++)
            {
                long accesses = 0;
                foreach (LoopNest part in loop.Body)
                {
                    foreach (ArrayAccess access in ((LoopRegion)part).Accesses)
                    {
                        if (access.Array == _kernel.Datapath.Arrays[index].Name) accesses += access.Reads + access.Writes;
                    }
                }

                bound = Math.Max(bound, PortBound(index, accesses * merged));
            }

            return bound;
        }

        /// <summary>Accesses are taken to spread evenly over partitions; arrays in registers have no ports to wait for.</summary>
        private long PortBound(int index, long accesses)
        {
            DatapathArray array = _kernel.Datapath.Arrays[index];
            int ports = _kernel.Datapath.ScratchpadPorts;
            return array.Memory == ArrayMemory.Register || ports == 0 ? 0 : LoopCycles.PortBound(accesses, (long)ports * Math.Max(1, array.Factor));
        }

        public LoopNestResult Result(long cycles)
        {
            double picojoules = new OperationCosts(_period).Picojoules(_operations);
            double leakage = _kernel.Units.LeakageMilliwatts(_period), area = _kernel.Units.AreaSquareMicrometres(_period);
            var accesses = ImmutableArray.CreateBuilder<ArrayAccess>(_reads.Length);
            for (int i = 0; i < _reads.Length; i++)
            {
                DatapathArray array = _kernel.Datapath.Arrays[i];
                accesses.Add(new ArrayAccess(array.Name, _reads[i], _writes[i]));
                if (array.Memory != ArrayMemory.Scratchpad) continue;
                SramCost cost = SramModel.Partition(array.Bytes, array.WordBytes, array.Factor, _kernel.Datapath.ScratchpadPorts);
                picojoules += _reads[i] * cost.ReadPicojoules + _writes[i] * cost.WritePicojoules;
                leakage += array.Factor * cost.LeakageMilliwatts;
                area += array.Factor * cost.AreaSquareMicrometres;
            }

            return new LoopNestResult
            {
                Cycles = cycles,
                Operations = _operations,
                Accesses = accesses.MoveToImmutable(),
                DynamicEnergy = new Energy(picojoules),
                LeakageMilliwatts = leakage,
                AreaSquareMicrometres = area,
                CycleTimeNanoseconds = _period,
            };
        }
    }
}
