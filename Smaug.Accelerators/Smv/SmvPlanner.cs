using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv;

/// <summary>
/// Makes plans for the SMV engine: tiles an operator, lists its kernel launches, and says what the host copies. Immutable.
/// </summary>
public sealed class SmvPlanner
{
    private readonly SmvOptions _options;

    /// <summary>Creates a planner.</summary>
    /// <param name="options">Size of the engine's memories; default 32 KiB of float16 each.</param>
    /// <param name="pipeline">Steps of tiling; default <see cref="TilingPipeline.Standard"/>.</param>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public SmvPlanner(SmvOptions? options = null, TilingPipeline? pipeline = null)
    {
        _options = options ?? new SmvOptions();
        _options.Validate();
        Pipeline = pipeline ?? TilingPipeline.Standard;
    }

    /// <summary>Steps of tiling.</summary>
    public TilingPipeline Pipeline { get; }

    /// <summary>
    /// Whether the engine runs an operator: it has a kernel for it, and one window (convolution, pooling) or one row
    /// (softmax) fits a scratchpad. Other operators run on the host.
    /// </summary>
    public bool Supports(Node node) => SmvSupport.Supports(node, _options.ScratchpadBytes);

    /// <summary>Tiles an operator, lists its launches, and the host's copies before and after them.</summary>
    /// <param name="node">An operator for which <see cref="Supports"/> holds.</param>
    /// <param name="options">How plans are made.</param>
    /// <exception cref="TilingException">No tiling fits, or the operator's tensors do not fit together.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public SmvOperatorPlan Plan(Node node, PlanOptions options)
    {
        options.Validate();
        TilingProblem problem = Problem(node, options);
        OperatorTiling tiling = Pipeline.Tile(problem);
        OperatorTiles tiles = tiling.Tiles;
        bool parameters = node.Kind is OperatorKind.Convolution3d or OperatorKind.InnerProduct or OperatorKind.BatchNorm;
        var operands = ImmutableArray.CreateBuilder<TiledOperand>(3);
        operands.Add(Operand(tiles.Input));
        if (tiles.Weights is not null) operands.Add(Operand(tiles.Weights));
        operands.Add(Operand(tiles.Output));
        return new SmvOperatorPlan(node, Backends.Smv.Name, tiling)
        {
            Operands = operands.ToImmutable(),
            Launches = tiling.Launches,
            WeightPreparation = parameters ? WeightPreparation(node, tiles.Weights!) : [],
            Preparation = parameters || tiles.Weights is null ? SmvHostCopies.Scatter(tiles.Input) : SmvHostCopies.Scatter(tiles.Input, tiles.Weights),
            Finalization = SmvHostCopies.Gather(tiles.Output),
            UsesAcceleratorPool = problem is ConvolutionProblem or InnerProductProblem or BatchNormProblem { IsAfterConvolution: true },
            MultiplyAccumulates = NodeMetrics.MultiplyAccumulates(node),
        };
    }

    /// <summary>The tiling problem of an operator.</summary>
    /// <param name="node">An operator for which <see cref="Supports"/> holds.</param>
    /// <param name="options">How plans are made.</param>
    /// <exception cref="TilingException">The engine has no kernel for the operator, or parameters or inputs are missing.</exception>
    public TilingProblem Problem(Node node, PlanOptions options)
    {
        if (!SmvSupport.HasKernel(node.Kind)) throw new TilingException($"operator '{node.Name}' ({node.Kind}): the SMV engine has no kernel for it: run it on the host");
        int inputs = node.Kind switch
        {
            OperatorKind.BatchNorm => 5,
            OperatorKind.Convolution3d or OperatorKind.InnerProduct => 2,
            _ => SmvSupport.IsBinary(node.Kind) ? 2 : 1,
        };
        if (node.Inputs.Length < inputs || node.Outputs.Length < 1)
        {
            throw new TilingException($"operator '{node.Name}' ({node.Kind}): has {node.Inputs.Length} inputs and {node.Outputs.Length} outputs: needs {inputs} and 1");
        }

        return Build(node) with
        {
            ScratchpadElements = _options.ScratchpadBytes / node.Inputs[0].Type.SizeInBytes(),
            Accelerators = options.Accelerators,
            Compatibility = options.Compatibility,
        };
    }

    private static TilingProblem Build(Node node)
    {
        (string name, TensorSpec input, TensorSpec output) = (node.Name, node.Inputs[0], node.Outputs[0]);
        switch (node.Kind)
        {
            case OperatorKind.Convolution3d:
                var convolution = Parameters<ConvolutionParameters>(node);
                return new ConvolutionProblem
                {
                    Operator = name,
                    Input = input,
                    Weights = node.Inputs[1],
                    Output = output,
                    Padding = convolution.Padding,
                    RowStride = convolution.RowStride,
                    ColumnStride = convolution.ColumnStride,
                };
            case OperatorKind.InnerProduct:
                return new InnerProductProblem { Operator = name, Input = input, Weights = node.Inputs[1], Output = output };
            case OperatorKind.MaxPooling or OperatorKind.AveragePooling:
                var pool = Parameters<PoolParameters>(node);
                return new PoolingProblem
                {
                    Operator = name,
                    Input = input,
                    Output = output,
                    Rows = pool.Rows,
                    Columns = pool.Columns,
                    RowStride = pool.RowStride,
                    ColumnStride = pool.ColumnStride,
                };
            case OperatorKind.BatchNorm:
                return new BatchNormProblem { Operator = name, Input = input, Weights = BatchNormWeights(node), Output = output };
            case OperatorKind.Softmax:
                return new SoftmaxProblem { Operator = name, Input = input, Output = output };
            default:
                return new ElementwiseProblem
                {
                    Operator = name,
                    Input = input,
                    SecondInput = SmvSupport.IsBinary(node.Kind) ? node.Inputs[1] : null,
                    Output = output,
                };
        }
    }

    private static TParameters Parameters<TParameters>(Node node) where TParameters : OperatorParameters =>
        node.Parameters as TParameters
        ?? throw new TilingException($"operator '{node.Name}' ({node.Kind}): has no {typeof(TParameters).Name}: give them when the node is made");

    /// <summary>The four parameter vectors as rows of one tensor.</summary>
    private static TensorSpec BatchNormWeights(Node node)
    {
        TensorSpec mean = node.Inputs[1];
        return new TensorSpec($"{node.Name}:parameters", mean.Type, new TensorShape([4, mean.Shape[-1]], DataLayout.NC, mean.Shape.Alignment));
    }

    private static ImmutableArray<HostTask> WeightPreparation(Node node, TiledTensor weights)
    {
        ImmutableArray<HostTask> tiles = SmvHostCopies.Scatter(weights);
        if (node.Kind != OperatorKind.BatchNorm) return tiles;
        var tasks = ImmutableArray.CreateBuilder<HostTask>(tiles.Length + 4);
        for (int i = 1; i <= 4; i++)
        {
            TensorSpec vector = node.Inputs[i];
            tasks.Add(new HostTask(HostTaskKind.Copy, vector.Name, weights.Tensor.Name, vector.Shape.Size, vector.Type.SizeInBytes(), vector.Shape.Size));
        }

        tasks.AddRange(tiles);
        return tasks.MoveToImmutable();
    }

    private static TiledOperand Operand(TiledTensor tensor)
    {
        var tile = ImmutableArray.CreateBuilder<int>(tensor.Rank);
        var grid = ImmutableArray.CreateBuilder<int>(tensor.Rank);
        Tile first = tensor[0];
        for (int i = 0; i < tensor.Rank; i++)
        {
            tile.Add(first[i]);
            grid.Add(tensor.Grid(i));
        }

        return new TiledOperand(tensor.Tensor.Name, tensor.Tensor.Shape.ToImmutableArray(), tile.MoveToImmutable(), grid.MoveToImmutable(), tensor.Count);
    }
}
