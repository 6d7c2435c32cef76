using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv.Engine;

/// <summary>Turns a launch of a plan into the kernel that the engine runs.</summary>
internal static class SmvKernelFactory
{
    public static SmvKernel Create(SmvOperatorPlan plan, KernelLaunch launch) => launch switch
    {
        ConvolutionLaunch l => Convolution(plan, l),
        InnerProductLaunch l => InnerProduct(plan, l),
        PoolingLaunch l => Pooling(plan, l),
        BatchNormLaunch l => BatchNorm(plan, l),
        ElementwiseLaunch l => Elementwise(plan, l),
        SoftmaxLaunch l => new SmvSoftmaxKernel(l.Rows, l.RowElements),
        _ => throw new ArgumentException($"operator '{plan.Node.Name}': launch {launch.GetType().Name} is not one of the SMV engine", nameof(launch)),
    };

    /// <summary>Multiply-accumulate operations of a kernel on logical elements; they add up to the operator's.</summary>
    public static long MultiplyAccumulates(SmvKernel kernel) => kernel switch
    {
        SmvConvolutionKernel k => (long)k.Batch * k.OutputRows * k.OutputColumns * k.Kernels * k.KernelRows * k.KernelColumns * k.WeightChannels,
        SmvMatrixMultiplyKernel k => (long)k.Rows * k.Columns * k.Depth,
        _ => 0,
    };

    private static SmvConvolutionKernel Convolution(SmvOperatorPlan plan, ConvolutionLaunch l)
    {
        var problem = (ConvolutionProblem)plan.Tiling.Problem;
        Tile input = plan.Tiles.Input[l.Input], weights = plan.Tiles.Weights![l.Weights], output = plan.Tiles.Output[l.Output];
        return new SmvConvolutionKernel
        {
            Activation = plan.Node.Activation?.Kind,
            ReadInputs = l.ReadInputs,
            ReadWeights = l.ReadWeights,
            SendResults = l.SendResults,
            Batch = input[0],
            InputRows = input[1],
            InputColumns = input[2],
            InputChannels = input[3],
            TopHalo = l.TopHalo,
            LeftHalo = l.LeftHalo,
            RowStride = problem.RowStride,
            WeightKernels = weights[0],
            WeightChannels = weights[3],
            KernelRows = problem.KernelRows,
            KernelColumns = problem.KernelColumns,
            Kernels = Math.Min(weights[0] - l.KernelStart, output[3]),
            OutputRows = output[1],
            OutputColumns = output[2],
            OutputChannels = output[3],
        };
    }

    private static SmvMatrixMultiplyKernel InnerProduct(SmvOperatorPlan plan, InnerProductLaunch l)
    {
        Tile input = plan.Tiles.Input[l.Input], weights = plan.Tiles.Weights![l.Weights];
        return new SmvMatrixMultiplyKernel
        {
            Activation = plan.Node.Activation?.Kind,
            ReadInputs = l.ReadInputs,
            SendResults = l.SendResults,
            Rows = input[0],
            Depth = weights[1],
            Columns = l.Neurons,
            InputWidth = input[1],
            OutputWidth = l.SendResults ? l.SendNeurons : l.Neurons,
        };
    }

    private static SmvPoolingKernel Pooling(SmvOperatorPlan plan, PoolingLaunch l)
    {
        var problem = (PoolingProblem)plan.Tiling.Problem;
        Tile input = plan.Tiles.Input[l.Input], output = plan.Tiles.Output[l.Output];
        return new SmvPoolingKernel
        {
            Average = plan.Node.Kind == OperatorKind.AveragePooling,
            SendResults = l.SendResults,
            Batch = input[0],
            InputRows = input[1],
            InputColumns = input[2],
            Channels = input[3],
            PoolRows = problem.Rows,
            PoolColumns = problem.Columns,
            OutputRows = output[1],
            OutputColumns = output[2],
            OutputChannels = output[3],
        };
    }

    private static SmvBatchNormKernel BatchNorm(SmvOperatorPlan plan, BatchNormLaunch l)
    {
        Tile input = plan.Tiles.Input[l.Input], weights = plan.Tiles.Weights![l.Weights];
        bool isMatrix = input.Rank == 2;
        return new SmvBatchNormKernel
        {
            Activation = plan.Node.Activation?.Kind,
            ReadInputs = l.ReadInputs,
            ReadWeights = l.ReadWeights,
            SendResults = l.SendResults,
            IsMatrix = isMatrix,
            Batch = input[0],
            Rows = isMatrix ? 1 : input[1],
            Columns = isMatrix ? 1 : input[2],
            Channels = isMatrix ? l.Activations : input[3],
            WeightChannels = weights[1],
        };
    }

    private static SmvKernel Elementwise(SmvOperatorPlan plan, ElementwiseLaunch l) => plan.Node.Kind switch
    {
        OperatorKind.EltwiseAdd => new SmvElementwiseKernel(SmvElementwise.Add, l.Elements),
        OperatorKind.EltwiseMul => new SmvElementwiseKernel(SmvElementwise.Multiply, l.Elements),
        OperatorKind.Less or OperatorKind.LessEqual or OperatorKind.Greater or OperatorKind.GreaterEqual => new SmvElementwiseKernel(SmvElementwise.Compare, l.Elements),
        _ => new SmvActivationKernel(plan.Node.Kind, l.Elements),
    };
}
