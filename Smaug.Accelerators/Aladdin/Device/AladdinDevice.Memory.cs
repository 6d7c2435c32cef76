using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Core;
using Smaug.Memory.Dma;

namespace Smaug.Accelerators.Aladdin.Device;

/// <summary>The memory of the SoC as the datapath sees it.</summary>
public sealed partial class AladdinDevice : IDatapathMemory
{
    private readonly Dictionary<int, (long Host, long Local, long Bytes)> _transfers = [];

    /// <inheritdoc/>
    DatapathIssue IDatapathMemory.Issue(Datapath datapath, in DatapathOperation operation)
    {
        long host = HostAddress(operation);
        switch (operation.Kind)
        {
            case DatapathOperationKind.DmaLoad or DatapathOperationKind.DmaStore:
                return Transfer(operation, host);
            case DatapathOperationKind.Load or DatapathOperationKind.Store:
                return _queue.Access(datapath.Cycle, operation.Kind == DatapathOperationKind.Store, IsAcp(operation), operation.HostAddress, host, operation.Bytes, operation.Instruction);
            default:
                bool store = operation.Kind == DatapathOperationKind.BurstStore;
                DatapathIssue issue = _queue.Burst(datapath.Cycle, operation.Node, store, IsAcp(operation), operation.HostAddress, host, operation.Bytes, operation.Instruction);
                if (issue == DatapathIssue.Done && !store && _readyBits is not null) datapath.SetReady(operation.LocalAddress, operation.Bytes);
                return issue;
        }
    }

    private DatapathIssue Transfer(in DatapathOperation operation, long host)
    {
        if (operation.Bytes == 0) return DatapathIssue.Done;
        if (operation.Bytes < 0) throw new SimulationException($"{Name}: node {operation.Node} transfers {operation.Bytes} bytes; must be 0 or more");
        if (_transfers.Count == _options.Dma.MaximumTransfers) return DatapathIssue.Sleeping;
        foreach ((int other, (long otherHost, _, _)) in _transfers)
        {
            if (otherHost == host)
            {
                throw new SimulationException($"{Name}: DMA nodes {other} and {operation.Node} are in flight at once and both start at host address " +
                    $"0x{host:x} (array {operation.HostArray}); separate them by a fence, or let them start at different addresses.");
            }
        }

        bool load = operation.Kind == DatapathOperationKind.DmaLoad;
        _transfers.Add(operation.Node, (host, operation.LocalAddress, operation.Bytes));
        if (load) WatchReadyBits(operation, host);
        _dma.Start(load ? DmaDirection.Load : DmaDirection.Store, host, operation.Bytes, this, operation.Node);
        return DatapathIssue.Pending;
    }

    private void WatchReadyBits(in DatapathOperation operation, long host)
    {
        if (_readyBits is null) return;
        int page = _options.Dma.PageBytes;
        for (long done = 0; done < operation.Bytes;)
        {
            long length = Math.Min(operation.Bytes - done, page - ((host + done) % page));
            _readyBits.Watch(operation.Node, _physical(host + done), operation.LocalAddress + done, length);
            done += length;
        }
    }

    private void OnArrived(long localAddress, int bytes) => AtNextCycle().SetReady(localAddress, bytes);

    private void EndTransfer(int node)
    {
        _readyBits?.Forget(node);
        _transfers.Remove(node);
        AtNextCycle().Complete(node);
    }

    private bool IsAcp(in DatapathOperation operation)
    {
        if (operation.Interface != ArrayMemory.Acp) return false;
        if (_queue.HasAcp) return true;
        throw new SimulationException($"{Name}: array {operation.HostArray} is reached through the coherency port, which this accelerator does not have; " +
            "set enable_acp, or give the array another memory type.");
    }

    /// <summary>Where the program has placed what the trace saw at its own address.</summary>
    private long HostAddress(in DatapathOperation operation)
    {
        if (_mappings.Count == 0 || !_mappings.TryGetValue(operation.HostArray, out (long Address, long Bytes) mapped)) return operation.HostAddress;
        if (_accelerator.TracedAddress(operation.HostArray) is not { } traced) return operation.HostAddress;
        long offset = operation.HostAddress - traced;
        if (offset >= 0 && offset + operation.Bytes <= mapped.Bytes) return mapped.Address + offset;
        throw new SimulationException($"{Name}: node {operation.Node} touches bytes {offset} to {offset + operation.Bytes - 1} of array {operation.HostArray}, " +
            $"of which {mapped.Bytes} bytes are mapped; map the whole array.");
    }
}
