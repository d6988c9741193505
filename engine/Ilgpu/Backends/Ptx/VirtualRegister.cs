namespace ILGPU.Backends.Ptx;

/// <summary>What a virtual register holds, in the order in which registers are declared.</summary>
internal enum VirtualRegisterKind
{
    Predicate,
    Bits16,
    Bits32,
    Bits64,
    Float32,
    Float64,
}

/// <summary>A virtual register. In text it is its name, <c>%rd7</c>.</summary>
internal readonly record struct VirtualRegister(VirtualRegisterKind Kind, int Number)
{
    /// <summary>As moves and selections name what they take.</summary>
    public string Type => TypeOf(Kind);

    public static string TypeOf(VirtualRegisterKind kind) => kind switch
    {
        VirtualRegisterKind.Predicate => "pred",
        VirtualRegisterKind.Bits16 => "b16",
        VirtualRegisterKind.Bits32 => "b32",
        VirtualRegisterKind.Bits64 => "b64",
        VirtualRegisterKind.Float32 => "f32",
        _ => "f64",
    };

    /// <summary>What the names of a kind begin with.</summary>
    public static string PrefixOf(VirtualRegisterKind kind) => kind switch
    {
        VirtualRegisterKind.Predicate => "%p",
        VirtualRegisterKind.Bits16 => "%h",
        VirtualRegisterKind.Bits32 => "%r",
        VirtualRegisterKind.Bits64 => "%rd",
        VirtualRegisterKind.Float32 => "%f",
        _ => "%fd",
    };

    /// <summary>Registers stand where immediates may stand, too, which are text.</summary>
    public static implicit operator string(VirtualRegister register) => register.ToString();

    public override string ToString() => $"{PrefixOf(Kind)}{Number}";
}
