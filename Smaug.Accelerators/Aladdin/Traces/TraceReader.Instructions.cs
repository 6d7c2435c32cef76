using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Smaug.Accelerators.Aladdin.Graphs;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>Instruction blocks: header, operands, formals, result.</summary>
internal sealed partial class TraceReader
{
    private readonly RegisterTable registers = new();
    private readonly List<Argument> arguments = [];
    private int argumentCursor;
    private readonly long[] values = new long[8];
    private readonly int[] valueVariables = new int[8];
    private int parameterCount = -1;

    private int node = -1;
    private int staticId;
    private TraceOpcode opcode;
    private int function = -1;
    private int firstFunction = -1;
    private int dynamic = -1;
    private int calleeDynamic = -1;
    private int previousBlock = -1;
    private int lastBlock = -1;
    private bool lastWasPhi;
    private int accessIndex;
    private bool isFill;
    private int fillName = -1;
    private string samplingLabel = "";
    private float samplingFactor;

    private readonly record struct Argument(int Variable, int Writer, bool IsRegister);

    private void BeginInvocation()
    {
        node = -1;
        firstFunction = -1;
        lastBlock = previousBlock = -1;
        lastWasPhi = false;
        registers.Clear();
        arguments.Clear();
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Header(ReadOnlySpan<byte> line)
    {
        mapRead = true;
        int lastComma = line.LastIndexOf((byte)',');
        if (lastComma == line.Length - 1)
        {
            line = line[..lastComma];
            lastComma = line.LastIndexOf((byte)',');
        }
        int known = headers.Count;
        staticId = headers.Intern(line[2..Math.Max(2, lastComma)]);
        if (staticId == known) AddStatic(line[2..Math.Max(2, lastComma)]);
        int expected = builder.Node + 1;
        if (!TryNumber(line[(lastComma + 1)..], out int id) || id != expected)
        {
            throw lines.Error($"dynamic node id '{Encoding.UTF8.GetString(line[(lastComma + 1)..])}' found, {expected} expected: " +
                "ids count every instruction of an invocation from 0");
        }
        ref StaticInstruction instruction = ref program.Statics.Items[staticId];
        opcode = instruction.Opcode;
        function = instruction.Function;
        if (firstFunction < 0) firstFunction = function;
        if (opcode == TraceOpcode.Phi)
        {
            if (!lastWasPhi) previousBlock = lastBlock;
            lastWasPhi = true;
        }
        else
        {
            lastWasPhi = false;
        }
        lastBlock = instruction.BlockWithDepth;
        node = builder.BeginNode(staticId, opcode, function);
        dynamic = builder.CurrentDynamic;
        arguments.Clear();
        argumentCursor = 0;
        parameterCount = -1;
        accessIndex = -1;
        if (OpcodeClasses.Is(opcode, OpcodeClass.HostMemory))
        {
            values.AsSpan().Clear();
            valueVariables.AsSpan().Fill(-1);
        }
    }

    private void AddStatic(ReadOnlySpan<byte> text)
    {
        var fields = new FieldCursor(text);
        if (!fields.Next(out ReadOnlySpan<byte> line) || !fields.Next(out ReadOnlySpan<byte> functionName)
            || !fields.Next(out ReadOnlySpan<byte> block) || !fields.Next(out ReadOnlySpan<byte> name)
            || !fields.Next(out ReadOnlySpan<byte> code) || fields.Next(out _))
        {
            throw lines.Error("an instruction line needs 7 fields: 0, line, function, block:depth, id, opcode, dynamic id");
        }
        if (!TryNumber(line, out int number)) throw lines.Error("the source line is not a whole number");
        if (!TryNumber(code, out int rawOpcode)) throw lines.Error("the opcode is not a whole number");
        int translated = OpcodeNumberings.Translate(numbering, rawOpcode);
        if (translated < 0) throw lines.Error($"unknown opcode {rawOpcode} in the {numbering} numbering");
        int colon = block.LastIndexOf((byte)':');
        byte depth = 0;
        if (colon < 0 || !Utf8Parser.TryParse(block[(colon + 1)..], out depth, out _))
            throw lines.Error($"block '{Encoding.UTF8.GetString(block)}' has no loop depth; 'name:depth' expected");
        program.Statics.Add(new StaticInstruction
        {
            Opcode = (TraceOpcode)translated,
            LoopDepth = depth,
            IsInductionVariable = name.IndexOf("indvars"u8) >= 0,
            Line = number,
            Function = program.Names.Intern(functionName),
            Block = program.Names.Intern(block[..colon]),
            BlockWithDepth = program.Names.Intern(block),
            Name = program.Names.Intern(name),
        });
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Operand(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("entry,"u8)) throw lines.Error("an entry line stands inside an invocation; a blank line after its last Ret ends one");
        int tagEnd = FieldEnd(line, 0), bitsEnd = FieldEnd(line, tagEnd + 1), valueEnd = FieldEnd(line, bitsEnd + 1);
        int flagEnd = FieldEnd(line, valueEnd + 1), nameEnd = FieldEnd(line, flagEnd + 1);
        if (tagEnd == 0 || flagEnd + 1 >= line.Length) throw lines.Error("an operand line needs 5 fields: number (or r, f), bits, value, is_reg, name");
        ReadOnlySpan<byte> bitsText = line[(tagEnd + 1)..bitsEnd], value = line[(bitsEnd + 1)..valueEnd], name = line[(flagEnd + 1)..nameEnd];
        if (!TryNumber(bitsText, out int bits)) throw lines.Error($"'{Encoding.UTF8.GetString(bitsText)}' is not a number of bits");
        if (line[0] == (byte)'r')
        {
            Result(bits, value, name);
            return;
        }
        if (line[0] == (byte)'f')
        {
            Formal(name);
            return;
        }
        if (!TryNumber(line[..tagEnd], out int number))
            throw lines.Error($"'{Encoding.UTF8.GetString(line[..tagEnd])}' is neither an operand number nor r, f or 0");
        if (opcode == TraceOpcode.Phi)
        {
            if (nameEnd + 1 >= line.Length) throw lines.Error("a phi operand needs a sixth field: its incoming block");
            if (program.Names.Intern(line[(nameEnd + 1)..FieldEnd(line, nameEnd + 1)]) != previousBlock) return;
        }
        bool isRegister = flagEnd == valueEnd + 2 && line[valueEnd + 1] == (byte)'1';
        OperandOf(number, bits, value, isRegister, name);
    }

    /// <summary>Where the field that begins at <paramref name="from"/> ends; fields are too short for a vectorised search to pay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FieldEnd(ReadOnlySpan<byte> line, int from)
    {
        int i = from;
        while ((uint)i < (uint)line.Length && line[i] != (byte)',') i++;
        return Math.Min(i, line.Length);
    }

    /// <summary>A whole number; short ones, nearly all, are read here.</summary>
    [MethodImpl(HotLoop.Compiled)]
    private static bool TryNumber(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (byte b in text)
        {
            uint digit = (uint)b - '0';
            if (digit > 9 || text.Length > 9) return Utf8Parser.TryParse(text, out number, out int used) && used == text.Length;
            number = (number * 10) + (int)digit;
        }
        return text.Length > 0;
    }

    [MethodImpl(HotLoop.Compiled)]
    private void OperandOf(int tag, int bits, ReadOnlySpan<byte> value, bool isRegister, ReadOnlySpan<byte> name)
    {
        bool first = parameterCount < 0;
        if (first)
        {
            parameterCount = tag;
            if (opcode == TraceOpcode.Call) SetCallee(name);
        }
        // A callee is not an argument.
        bool isArgument = opcode == TraceOpcode.Call && tag != parameterCount;
        int symbol = -1;
        if (isRegister)
        {
            symbol = registers.Symbol(name, function, program);
            int writer = registers.Get(symbol, dynamic);
            if (writer >= 0) builder.AddRegisterEdge(writer, tag);
            else if ((opcode == TraceOpcode.Store && tag == 2) || (opcode == TraceOpcode.Load && tag == 1)) registers.Set(symbol, dynamic, node, builder);
            if (isArgument) arguments.Add(new Argument(registers.Variable(symbol, dynamic, builder), writer >= 0 ? writer : node, true));
        }
        else if (isArgument)
        {
            arguments.Add(new Argument(-1, 0, false));
        }
        switch (opcode)
        {
            case TraceOpcode.Load when tag == 1:
                NewAccess(name, symbol, value);
                break;
            case TraceOpcode.Store:
                StoreOperand(tag, bits, value, name, symbol);
                break;
            case TraceOpcode.GetElementPtr when tag == 1:
                AddressBase(name, symbol, value);
                break;
            case TraceOpcode.SetSamplingFactor:
                if (tag == 1) samplingLabel = Encoding.UTF8.GetString(value);
                else if (tag == 2) samplingFactor = ParseFactor(value);
                break;
            case TraceOpcode.Intrinsic when builder.ByteAccurate:
                FillOperand(tag, value, symbol, name);
                break;
            default:
                if (OpcodeClasses.Is(opcode, OpcodeClass.HostMemory)) HostOperand(tag, value, symbol, name);
                break;
        }
    }

    /// <summary>Memory set: the pointer's address is not printed, the array behind its name is known.</summary>
    private void FillOperand(int tag, ReadOnlySpan<byte> value, int symbol, ReadOnlySpan<byte> name)
    {
        if (tag == parameterCount)
        {
            isFill = name.StartsWith("llvm.memset"u8);
            fillName = -1;
        }
        else if (isFill && tag == 1 && symbol >= 0)
        {
            fillName = builder.Variables.Name.Items[builder.Variables.Resolve(VariableOf(symbol, name))];
        }
        else if (isFill && tag == 3 && fillName >= 0 && builder.BaseOf(fillName) is var address and not 0)
        {
            builder.Fill(address, Address(value));
        }
    }

    private void SetCallee(ReadOnlySpan<byte> name)
    {
        builder.Callee = program.Names.Intern(name);
        calleeDynamic = builder.ExpectedDynamic(builder.Callee);
    }

    [MethodImpl(HotLoop.Compiled)]
    private void StoreOperand(int tag, int bits, ReadOnlySpan<byte> value, ReadOnlySpan<byte> name, int symbol)
    {
        if (tag == 2)
        {
            NewAccess(name, symbol, value);
            builder.Accesses.Bytes.Items[accessIndex] = bits / 8;
            if (!builder.ByteAccurate) builder.Write(builder.Accesses.Address.Items[accessIndex], bits / 8, 1);
        }
        else if (tag == 1 && accessIndex >= 0)
        {
            builder.Accesses.Bytes.Items[accessIndex] = bits / 8;
            if (builder.ByteAccurate) builder.Write(builder.Accesses.Address.Items[accessIndex], 8, Math.Max(1, bits / 8));
        }
    }

    [MethodImpl(HotLoop.Compiled)]
    private void NewAccess(ReadOnlySpan<byte> name, int symbol, ReadOnlySpan<byte> value)
    {
        accessIndex = builder.AddAccess();
        builder.Accesses.Variable.Items[accessIndex] = VariableOf(symbol, name);
        builder.Accesses.Label.Items[accessIndex] = NameOf(symbol, name);
        builder.Accesses.Address.Items[accessIndex] = Address(value);
    }

    [MethodImpl(HotLoop.Compiled)]
    private void AddressBase(ReadOnlySpan<byte> name, int symbol, ReadOnlySpan<byte> value)
    {
        accessIndex = builder.AddAccess();
        int variable = VariableOf(symbol, name);
        int label = builder.Variables.Name.Items[builder.Variables.Resolve(variable)];
        builder.Accesses.Variable.Items[accessIndex] = variable;
        builder.Accesses.Label.Items[accessIndex] = label;
        builder.DeclareBase(label, Address(value));
    }

    private void HostOperand(int tag, ReadOnlySpan<byte> value, int symbol, ReadOnlySpan<byte> name)
    {
        if (tag < 1 || tag >= values.Length || tag == parameterCount) return;
        values[tag] = Address(value);
        valueVariables[tag] = symbol >= 0 ? VariableOf(symbol, name) : -1;
    }

    [MethodImpl(HotLoop.Compiled)]
    private int VariableOf(int symbol, ReadOnlySpan<byte> name)
    {
        if (symbol < 0) symbol = registers.Symbol(name, function, program);
        return registers.Variable(symbol, dynamic, builder);
    }

    [MethodImpl(HotLoop.Compiled)]
    private int NameOf(int symbol, ReadOnlySpan<byte> name) => symbol >= 0 ? registers.Name(symbol) : program.Names.Intern(name);

    [MethodImpl(HotLoop.Compiled)]
    private void Result(int bits, ReadOnlySpan<byte> value, ReadOnlySpan<byte> name)
    {
        int symbol = registers.Symbol(name, function, program);
        registers.Set(symbol, dynamic, node, builder);
        if (bits > 64) program.Statics.Items[staticId].Lanes = (byte)Math.Min(255, bits / 32);
        switch (opcode)
        {
            case TraceOpcode.Load:
                if (accessIndex < 0) throw lines.Error("the load has no address operand (number 1)");
                builder.Accesses.Bytes.Items[accessIndex] = bits / 8;
                builder.Read(builder.Accesses.Address.Items[accessIndex], bits / 8);
                break;
            case TraceOpcode.Alloca:
                accessIndex = builder.AddAccess();
                builder.Accesses.Variable.Items[accessIndex] = VariableOf(symbol, name);
                builder.Accesses.Label.Items[accessIndex] = registers.Name(symbol);
                builder.DeclareBase(registers.Name(symbol), Address(value));
                break;
            case TraceOpcode.SetSamplingFactor:
                builder.SetSamplingFactor(samplingLabel, samplingFactor);
                break;
            default:
                if (OpcodeClasses.Is(opcode, OpcodeClass.Float) && bits == 64) program.Statics.Items[staticId].IsDouble = true;
                else if (OpcodeClasses.Is(opcode, OpcodeClass.HostMemory)) HostResult(Address(value));
                break;
        }
    }

    private void HostResult(long version)
    {
        if (opcode == TraceOpcode.DmaFence) return;
        HostOperation operation = builder.AddHostOperation();
        if (opcode == TraceOpcode.SetReadyBits)
        {
            operation.DestinationAddress = values[1];
            operation.DestinationVariable = operation.SourceVariable = valueVariables[1];
            operation.Bytes = values[2];
            operation.ReadyValue = (int)values[3];
            builder.SetReadyBits(operation);
            return;
        }
        operation.DestinationVariable = valueVariables[1];
        operation.SourceVariable = valueVariables[version == 3 ? 2 : 1];
        if (version == 3)
        {
            (operation.DestinationAddress, operation.SourceAddress, operation.Bytes) = (values[1], values[2], values[3]);
        }
        else if (parameterCount == 5)
        {
            (operation.SourceAddress, operation.DestinationAddress, operation.Bytes) = (values[1] + values[2], values[1] + values[3], values[4]);
        }
        else
        {
            operation.DestinationAddress = operation.SourceAddress = values[1] + values[2];
            operation.Bytes = values[3];
        }
        if (operation.Bytes is < 0 or > 1L << 32) throw lines.Error($"a transfer of {operation.Bytes} bytes is out of range");
        if (OpcodeClasses.Is(opcode, OpcodeClass.HostLoad)) builder.HostLoad(operation);
        else builder.HostStore(operation);
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Formal(ReadOnlySpan<byte> name)
    {
        if (opcode != TraceOpcode.Call || argumentCursor >= arguments.Count) return;
        Argument argument = arguments[argumentCursor++];
        if (!argument.IsRegister || calleeDynamic < 0) return;
        int symbol = registers.Symbol(name, builder.Callee, program);
        int formal = registers.Variable(symbol, calleeDynamic, builder);
        if (formal != argument.Variable) builder.Variables.Caller.Items[formal] = argument.Variable;
        registers.Set(symbol, calleeDynamic, argument.Writer, builder);
    }

    [MethodImpl(HotLoop.Compiled)]
    private long Address(ReadOnlySpan<byte> value)
    {
        if (value.StartsWith("0x"u8))
        {
            if (value.Length > 18) return 0;
            if (TryHexadecimal(value[2..], out ulong address)) return (long)address;
        }
        else if (Utf8Parser.TryParse(value, out long number, out int used) && (used == value.Length || value[used] == (byte)'.'))
        {
            return number;
        }
        else if (Utf8Parser.TryParse(value, out ulong large, out used) && used == value.Length)
        {
            return (long)large;
        }
        throw lines.Error($"'{Encoding.UTF8.GetString(value)}' is not an address or whole number");
    }

    private static bool TryHexadecimal(ReadOnlySpan<byte> digits, out ulong number)
    {
        number = 0;
        foreach (byte b in digits)
        {
            uint digit = (uint)b - '0';
            if (digit > 9) digit = ((uint)b | 0x20) - 'a' is var letter and < 6 ? letter + 10 : 16;
            if (digit > 15) return false;
            number = (number << 4) | digit;
        }
        return digits.Length > 0;
    }

    private float ParseFactor(ReadOnlySpan<byte> value) =>
        float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out float factor)
            ? factor : throw lines.Error($"'{Encoding.UTF8.GetString(value)}' is not a sampling factor");
}
