using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Core;

namespace Smaug.Accelerators.Tracing;

/// <summary>Computation and memory instructions.</summary>
public sealed partial class KernelTracer
{
    internal TResult Unary<T, TResult>(TraceOpcode opcode, T value, TResult result)
        where T : struct, ITraced<T> where TResult : struct, ITraced<TResult>
    {
        int node = Emit(opcode, 0);
        Use(1, value);
        return Done(node, result);
    }

    internal TResult Binary<T1, T2, TResult>(TraceOpcode opcode, T1 a, T2 b, TResult result)
        where T1 : struct, ITraced<T1> where T2 : struct, ITraced<T2> where TResult : struct, ITraced<TResult>
    {
        int node = Emit(opcode, 0);
        Use(2, b);
        Use(1, a);
        return Done(node, result);
    }

    internal TResult Ternary<T1, T2, T3, TResult>(TraceOpcode opcode, T1 a, T2 b, T3 c, TResult result)
        where T1 : struct, ITraced<T1> where T2 : struct, ITraced<T2> where T3 : struct, ITraced<T3> where TResult : struct, ITraced<TResult>
    {
        int node = Emit(opcode, 0);
        Use(3, c);
        Use(2, b);
        Use(1, a);
        return Done(node, result);
    }

    internal T Select<T>(TracedInt condition, T whenTrue, T whenFalse, T result) where T : struct, ITraced<T>
    {
        int node = Emit(TraceOpcode.Select, 0);
        Use(3, whenFalse);
        Use(2, whenTrue);
        Use(1, condition);
        return Done(node, result);
    }

    internal T SpecialMath<T>(string name, T value, T result) where T : struct, ITraced<T>
    {
        int node = Emit(TraceOpcode.SpecialMath, 0);
        writer?.Name(2, name);
        Use(1, value);
        return Done(node, result);
    }

    /// <summary>A compiler intrinsic on one value: an instruction that takes a whole cycle.</summary>
    /// <typeparam name="T">Type of the operand.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="name">The intrinsic's name.</param>
    /// <param name="value">The operand.</param>
    /// <param name="result">What it computes.</param>
    public TResult Intrinsic<T, TResult>(string name, T value, TResult result)
        where T : struct, ITraced<T> where TResult : struct, ITraced<TResult>
    {
        int node = Emit(TraceOpcode.Intrinsic, 0);
        writer?.Name(2, name);
        Use(1, value);
        return Done(node, result);
    }

    /// <summary>Sets a local array to zero (an intrinsic). In the exact model it orders nothing; in the corrected one it starts a new copy.</summary>
    public void Clear<T>(TracedArray<T> array) where T : struct, ITraced<T>
    {
        Emit(TraceOpcode.Intrinsic, 0);
        writer?.Name(4, "llvm.memset");
        UsePointer(1, array, 0);
        writer?.Operand(2, 8, "0", false, " ");
        writer?.Operand(3, 64, array.Raw.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), false, " ");
        builder.Fill(array.Address, array.Raw.Length);
        writer?.Result("", 0, "0");
        array.Raw.Clear();
    }

    /// <summary>A value that merges at the head of a loop body (no hardware).</summary>
    public T Phi<T>(T value) where T : struct, ITraced<T>
    {
        int node = Emit(TraceOpcode.Phi, 0);
        writer?.PhiOperand(T.Bits, value.Source, NameOf(value.Source), value.Text);
        if (value.Source.Node >= 0) builder.AddRegisterEdge(value.Source.Node, 1);
        return Done(node, value);
    }

    internal TracedArray<T> Address<T>(TracedArray<T> array, long offset, TracedInt row, TracedInt column, bool twoIndices) where T : struct, ITraced<T>
    {
        int node = Emit(TraceOpcode.GetElementPtr, 0);
        builder.AddAccess(0, 0, array.Storage.Variable, array.Storage.NameId);
        if (twoIndices) Use(3, column);
        Use(2, row);
        UsePointer(1, array, array.Address);
        var result = new TracedArray<T>(array.Storage, array.Offset + offset, node);
        writer?.Result(NodeName(node), 64, result.Address);
        return result;
    }

    internal T Load<T>(TracedArray<T> array) where T : struct, ITraced<T>
    {
        int node = Emit(TraceOpcode.Load, 0);
        builder.AddAccess(array.Address, T.Bytes, array.Storage.Variable, array.Storage.NameId);
        UsePointer(1, array, array.Address);
        array.DefineBy(node);
        builder.Read(array.Address, T.Bytes);
        return Done(node, T.Read(Slice(array, T.Bytes), new ValueSource(this, node)));
    }

    internal void Store<T>(TracedArray<T> array, T value) where T : struct, ITraced<T>
    {
        int node = Emit(TraceOpcode.Store, 0);
        builder.AddAccess(array.Address, T.Bytes, array.Storage.Variable, array.Storage.NameId);
        UsePointer(2, array, array.Address);
        array.DefineBy(node);
        builder.Write(array.Address, 8, T.Bytes);
        Use(1, value);
        value.Write(Slice(array, T.Bytes));
    }

    private static Span<byte> Slice<T>(TracedArray<T> array, int bytes) where T : struct, ITraced<T>
    {
        if (array.Offset < 0 || array.Offset + bytes > array.Storage.Data.Length)
        {
            throw new SimulationException($"Array {array.Storage.Name} is accessed at byte {array.Offset}, outside its {array.Storage.Data.Length} bytes; " +
                "mend the kernel or declare the array larger.");
        }
        return array.Storage.Data.AsSpan((int)array.Offset, bytes);
    }

    private void Use<T>(int tag, T value) where T : struct, ITraced<T>
    {
        ValueSource source = value.Source;
        if (source.Node >= 0) builder.AddRegisterEdge(source.Node, tag);
        writer?.Operand(tag, T.Bits, value.Text, !source.IsConstant, NameOf(source));
    }

    private void UsePointer<T>(int tag, TracedArray<T> array, long address) where T : struct, ITraced<T>
    {
        int definition = array.Node;
        if (definition >= 0) builder.AddRegisterEdge(definition, tag);
        writer?.Operand(tag, 64, address, array.Name ?? NodeName(definition));
    }

    private T Done<T>(int node, T result) where T : struct, ITraced<T>
    {
        writer?.Result(NodeName(node), T.Bits, result.Text);
        if (T.Bits > 64) program.Statics.Items[builder.StaticOf(node)].Lanes = (byte)(T.Bits / 32);
        return result.From(new ValueSource(this, node));
    }

    private string NameOf(ValueSource source) => writer is null ? "" : source.Name ?? (source.Node >= 0 ? NodeName(source.Node) : " ");

    private string NodeName(int node) => writer is null ? "" : program.Names.Text(program.Statics.Items[builder.StaticOf(node)].Name);
}
