using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tiling;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv;

/// <summary>
/// How one operator runs on the SMV engine. <see cref="OperatorPlan.Launches"/> are typed by operator:
/// <see cref="ConvolutionLaunch"/>, <see cref="InnerProductLaunch"/>, <see cref="PoolingLaunch"/>, <see cref="BatchNormLaunch"/>,
/// <see cref="ElementwiseLaunch"/> (activations, add, multiply, compare) and <see cref="SoftmaxLaunch"/>; their tile indices
/// refer to <see cref="Tiles"/>. Window, stride and padding are in <see cref="OperatorTiling.Problem"/>, the fused activation in
/// <see cref="Node.Activation"/>. Immutable.
/// </summary>
public sealed class SmvOperatorPlan : OperatorPlan
{
    /// <summary>Bytes of the largest single transfer of the kernels' load and store routines: one page.</summary>
    public const int TransferBytes = 4096;

    /// <summary>Bytes to whose multiple transfers are rounded up: one vector of 8 float32.</summary>
    private const int VectorBytes = 32;

    private readonly int _elementBytes;

    internal SmvOperatorPlan(Node node, string executor, OperatorTiling tiling)
        : base(node, executor)
    {
        Tiling = tiling;
        _elementBytes = tiling.Problem.Input.Type.SizeInBytes();
    }

    /// <summary>The tiling problem, the chosen dimensions and shapes, the tiles and the launches.</summary>
    public OperatorTiling Tiling { get; }

    /// <summary>
    /// The tiled tensors that launches refer to: input, weights (or second operand) and output. The weights of batch norm
    /// are one tensor (4, C) with the rows mean, variance, gamma, beta, which stands for the node's inputs 1 to 4.
    /// </summary>
    public OperatorTiles Tiles => Tiling.Tiles;

    /// <inheritdoc/>
    public override bool WaitsBefore(int index) =>
        index == 0 || !UsesAcceleratorPool || Group(Launches[index]) != Group(Launches[index - 1]);

    /// <summary>
    /// The launches that the host sends without a wait between them: those of one piece of weights for one piece of the
    /// inputs. After each the host goes on to the next accelerator of the pool, be it the same one.
    /// </summary>
    private (int Weights, int Inputs) Group(KernelLaunch launch) => launch switch
    {
        ConvolutionLaunch l => (l.Weights / Tiles.Weights!.Grid(3), l.Input / Tiles.Input.Grid(3)),
        InnerProductLaunch l => (l.Weights / Tiles.Weights!.Grid(1), l.Input / Tiles.Input.Grid(1)),
        BatchNormLaunch l when Tiles.Input.Rank == 4 => (0, l.Input),
        _ => (0, 0),
    };

    /// <inheritdoc/>
    public override ImmutableArray<HostTransfer> Transfers(KernelLaunch launch) => launch switch
    {
        ConvolutionLaunch l => List(
            l.ReadInputs ? Load(OperandRole.Input, Tiles.Input, l.Input) : default,
            l.ReadWeights ? Load(OperandRole.Weight, Tiles.Weights!, l.Weights) : default,
            l.SendResults ? Store(l.Output) : default),
        InnerProductLaunch l => InnerProduct(l),
        PoolingLaunch l => List(Load(OperandRole.Input, Tiles.Input, l.Input), default, l.SendResults ? Store(l.Output) : default),
        BatchNormLaunch l => List(
            l.ReadInputs ? Load(OperandRole.Input, Tiles.Input, l.Input) : default,
            l.ReadWeights ? Load(OperandRole.Weight, Tiles.Weights!, l.Weights) : default,
            l.SendResults ? Store(l.Output) : default),
        ElementwiseLaunch l => List(
            Load(OperandRole.Input, Tiles.Input, l.Tile),
            Tiles.Weights is { } second ? Load(OperandRole.Input, second, l.Tile) : default,
            Store(l.Tile)),
        SoftmaxLaunch l => List(Load(OperandRole.Input, Tiles.Input, l.Tile), default, Store(l.Tile)),
        _ => throw new ArgumentException($"operator '{Node.Name}': launch {launch.GetType().Name} is not one of the SMV engine", nameof(launch)),
    };

    private ImmutableArray<HostTransfer> InnerProduct(InnerProductLaunch launch)
    {
        HostTransfer input = launch.ReadInputs ? Load(OperandRole.Input, Tiles.Input, launch.Input) : default;
        HostTransfer weights = Load(OperandRole.Weight, Tiles.Weights!, launch.Weights);
        if (!launch.SendResults) return List(input, weights, default);
        Tile output = Tiles.Output[launch.Output];
        if (launch.SendNeurons == output[1]) return List(input, weights, Store(launch.Output));

        var transfers = ImmutableArray.CreateBuilder<HostTransfer>(output[0] + 2);
        if (launch.ReadInputs) transfers.Add(input);
        transfers.Add(weights);
        long rowBytes = (long)(output[1] + output.Padding) * _elementBytes;
        for (int row = 0; row < output[0]; row++)
        {
            long offset = row * rowBytes + (long)launch.SendStart * _elementBytes;
            transfers.Add(Transfer(OperandRole.Output, true, Tiles.Output.BufferName(launch.Output), offset, launch.SendNeurons));
        }

        return transfers.ToImmutable();
    }

    private static ImmutableArray<HostTransfer> List(HostTransfer first, HostTransfer second, HostTransfer third)
    {
        int count = (first.Bytes > 0 ? 1 : 0) + (second.Bytes > 0 ? 1 : 0) + (third.Bytes > 0 ? 1 : 0);
        var transfers = ImmutableArray.CreateBuilder<HostTransfer>(count);
        if (first.Bytes > 0) transfers.Add(first);
        if (second.Bytes > 0) transfers.Add(second);
        if (third.Bytes > 0) transfers.Add(third);
        return transfers.MoveToImmutable();
    }

    private HostTransfer Load(OperandRole role, TiledTensor tensor, int tile) =>
        Transfer(role, false, tensor.BufferName(tile), 0, tensor[tile].StorageElements);

    private HostTransfer Store(int tile)
    {
        TiledTensor output = Tiles.Output;
        long elements = output[tile].StorageElements;
        return output.Tensor.Type == DataType.Bool
            ? new HostTransfer(OperandRole.Output, true, output.BufferName(tile), 0, elements, 1)
            : Transfer(OperandRole.Output, true, output.BufferName(tile), 0, elements);
    }

    private HostTransfer Transfer(OperandRole role, bool isStore, string buffer, long offset, long elements)
    {
        long bytes = (elements * _elementBytes + VectorBytes - 1) / VectorBytes * VectorBytes;
        return new HostTransfer(role, isStore, buffer, offset, bytes, (int)((bytes + TransferBytes - 1) / TransferBytes));
    }
}
