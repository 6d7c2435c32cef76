using Smaug.Accelerators.Aladdin.Graphs;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>The optimisation passes in their fixed order.</summary>
internal static class PassPipeline
{
    private static readonly (string Name, Action<PassContext> Run)[] Steps =
    [
        ("removePhiNodes", PhiConvertRemoval.Run),
        ("removeInductionDependence", InductionRemoval.Run),
        ("initBaseAddress", BaseAddresses.Run),
        ("initDmaBaseAddress", BaseAddresses.RunHost),
        ("completePartition", static _ => { }),
        ("scratchpadPartition", ArrayPartition.Run),
        ("loopFlatten", LoopFlatten.Run),
        ("loopUnrolling", LoopUnroll.Run),
        ("removeSharedLoads", LoadBuffer.Run),
        ("storeBuffer", StoreBuffer.Run),
        ("removeRepeatedStores", RepeatedStoreRemoval.Run),
        ("memoryAmbiguation", MemoryAmbiguation.Run),
        ("treeHeightReduction", TreeHeightReduction.Run),
        ("fuseRegLoadStores", Fusion.Registers),
        ("fuseConsecutiveBranches", Fusion.Branches),
        ("perLoopPipelining", LoopPipelining.RunPerLoop),
        ("loopPipelining", LoopPipelining.RunGlobal),
    ];

    /// <summary>Runs all passes.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="observe">Called after every pass with its name, and first with "initial".</param>
    /// <param name="cancellation">Stops between passes.</param>
    public static void Run(PassContext context, Action<string, DependenceGraph>? observe, CancellationToken cancellation)
    {
        observe?.Invoke("initial", context.Graph);
        foreach ((string name, Action<PassContext> run) in Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            run(context);
            observe?.Invoke(name, context.Graph);
        }
        context.ReleaseScratch();
    }
}
