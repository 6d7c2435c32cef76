using System.Collections.Immutable;
using Smaug.Accelerators.Smv;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Simulation;
using Smaug.Core.Tensors;
using Smaug.Tiling;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Shapes;
using Smaug.Tiling.Strategies;
using Smaug.Tiling.Tiles;

namespace Smaug.Tests.Systolic;

/// <summary>One invocation of the device as the only launch of a network, which runs on an SoC.</summary>
internal sealed class DeviceLaunchRun
{
    private readonly DeviceGolden _golden;

    public DeviceLaunchRun(DeviceGolden golden) => _golden = golden;

    /// <summary>Runs the launch.</summary>
    /// <param name="memory">Makes the memory system.</param>
    /// <param name="computeValues">Whether values are computed.</param>
    /// <param name="startCycles">Cycles of the CPU before it.</param>
    public RunResult Run(HostMemoryFactory memory, bool computeValues = false, double startCycles = 4400)
    {
        // The measured program is a loop of its own, not the framework: it reads no cold lines before it launches.
        Smaug.Soc soc = new SocBuilder()
            .Configure(c => c with { Cpu = c.Cpu with { Costs = c.Cpu.Costs with { NetworkStartCycles = startCycles, ColdCode = new ColdCode { StallsPerLine = 0 } } } })
            .WithSystolicArray(_golden.Options)
            .WithMemory(memory)
            .Build();
        return soc.Run(Plan(), new RunOptions { ComputeValues = computeValues });
    }

    private ExecutionPlan Plan()
    {
        DeviceInvocation work = _golden.Invocation;
        TensorSpec input = Spec("input", 1, work.InputRows, work.InputColumns, work.InputChannels);
        TensorSpec weights = Spec("weights", work.Kernels, work.KernelRows, work.KernelColumns, work.KernelChannels);
        TensorSpec output = Spec("output", 1, work.OutputRows, work.OutputColumns, work.OutputChannels);
        var node = new Node
        {
            Name = "convolution",
            Kind = OperatorKind.Convolution3d,
            Parents = [new NodeInput("input", 0), new NodeInput("weights", 0)],
            Inputs = [input, weights],
            Outputs = [output],
            Parameters = new ConvolutionParameters(Padding.Valid, work.Stride, work.Stride),
            Activation = work.Activation,
        };
        var plan = new SmvOperatorPlan(node, Backends.Smv.Name, Tiling(input, weights, output))
        {
            Launches = [Launch()],
            UsesAcceleratorPool = true,
            MultiplyAccumulates = work.MultiplyAccumulates,
        };
        Tensor[] values = [Tensor.FromValues<Half>(input, _golden.Input), Tensor.FromValues<Half>(weights, _golden.Weights)];
        Node[] nodes = [Data(input), Data(weights), node];
        var graph = new Graph("launch", Backends.Smv.Name, MemoryPolicy.AllDma, nodes, new DictionaryParameterSource(values));
        return new ExecutionPlan(graph, [HostOperatorPlan.For(nodes[0]), HostOperatorPlan.For(nodes[1]), plan]);
    }

    private OperatorTiling Tiling(TensorSpec input, TensorSpec weights, TensorSpec output)
    {
        DeviceInvocation work = _golden.Invocation;
        var problem = new ConvolutionProblem
        {
            Operator = "convolution",
            Input = input,
            Weights = weights,
            Output = output,
            Padding = Padding.Valid,
            RowStride = work.Stride,
            ColumnStride = work.Stride,
        };
        var tiles = new OperatorTiles(Whole(input), Whole(weights), Whole(output));
        var dims = new OperandDims(TilingDims.None, TilingDims.None, TilingDims.None);
        var shapes = new TileShapes(dims, input.Shape.ToImmutableArray(), weights.Shape.ToImmutableArray(), output.Shape.ToImmutableArray(), 0);
        return new OperatorTiling(problem, shapes, tiles, []);
    }

    private ConvolutionLaunch Launch()
    {
        DeviceInvocation work = _golden.Invocation;
        return new ConvolutionLaunch
        {
            Input = 0,
            Weights = 0,
            Output = 0,
            TopHalo = work.PaddingTop,
            LeftHalo = work.PaddingLeft,
            BottomHalo = Math.Max(0, (work.OutputRows - 1) * work.Stride + work.KernelRows - work.InputRows - work.PaddingTop),
            RightHalo = Math.Max(0, (work.OutputColumns - 1) * work.Stride + work.KernelColumns - work.InputColumns - work.PaddingLeft),
            InputChannelStart = work.FirstInputChannel,
            KernelStart = work.FirstKernel,
            ReadInputs = true,
            ReadWeights = true,
            SendResults = true,
        };
    }

    private static Node Data(TensorSpec tensor) => new() { Name = tensor.Name, Kind = OperatorKind.Data, Inputs = [tensor], Outputs = [tensor] };

    private static TensorSpec Spec(string name, params int[] dimensions) =>
        new(name, DataType.Float16, new TensorShape(dimensions, DataLayout.NHWC, Backends.Smv.Alignment));

    private static TiledTensor Whole(TensorSpec tensor) =>
        new("convolution", tensor, [.. tensor.Shape.ToImmutableArray().Select(size => ImmutableArray.Create(new TileSpan(0, size)))]);
}

/// <summary>A memory that answers at once.</summary>
internal sealed class IdealMemory(Simulator simulator) : IHostMemory
{
    private readonly Port _port = new(simulator);

    public long DramReadBytes => 0;

    public long DramWriteBytes => 0;

    public MemoryPort CpuPort(int core) => _port;

    public MemoryPort DmaPort(int accelerator) => _port;

    public MemoryPort CoherencyPort(int accelerator) => _port;

    private sealed class Port(Simulator simulator) : MemoryPort(simulator, "ideal")
    {
        private readonly Queue<MemoryRequest> _requests = new();
        private Answer? _answer;

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
        {
            _requests.Enqueue(request);
            Simulator.Schedule(Simulator.Now, _answer ??= new Answer(this));
            return true;
        }

        private sealed class Answer(Port port) : EventTarget
        {
            public override void Handle(Smaug.Core.Units.SimTime now, long tag) => port._requests.Dequeue().Respond();
        }
    }
}
