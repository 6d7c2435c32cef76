namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>Which compiler generation numbered the opcodes of a trace; the file itself does not say.</summary>
public enum OpcodeNumbering
{
    /// <summary>LLVM 6.0, the numbering of the current tracer.</summary>
    Llvm6,

    /// <summary>LLVM 3.4, the numbering of older published traces.</summary>
    Llvm34,
}

/// <summary>Translation of trace codes to <see cref="TraceOpcode"/>.</summary>
internal static class OpcodeNumberings
{
    /// <summary>The opcode of a code, or -1 when the numbering does not have it.</summary>
    public static int Translate(OpcodeNumbering numbering, int code)
    {
        if (numbering == OpcodeNumbering.Llvm34 && code is >= 1 and < 95)
        {
            code = code switch
            {
                <= 7 => code,
                <= 45 => code + 3,
                <= 59 => code + 5,
                _ => -1,
            };
        }
        return OpcodeClasses.IsKnown(code) ? code : -1;
    }
}
