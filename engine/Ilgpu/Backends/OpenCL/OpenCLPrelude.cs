using System.Text;
using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

/// <summary>Functions that OpenCL C lacks or defines otherwise than C#, written before the kernel when it uses them.</summary>
internal sealed class OpenCLPrelude(OpenCLTarget target)
{
    private readonly SortedDictionary<string, string> _functions = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _extensions = new(StringComparer.Ordinal);
    private readonly SubGroupFunctions? _subGroups = target.SubGroups is { } present ? new(present) : null;
    private bool _usesSubGroups;

    public string Text(bool usesDoubles)
    {
        var text = new StringBuilder();
        if (usesDoubles)
        {
            _extensions.Add("cl_khr_fp64");
        }

        foreach (var extension in _extensions)
        {
            text.Append($"#pragma OPENCL EXTENSION {extension} : enable\n");
        }

        foreach (var function in _functions.Values)
        {
            text.Append(function).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What stands before the kernel.</summary>
    public string KernelAttributes() => _usesSubGroups ? _subGroups!.KernelAttributes : "";

    public string LaneIndex()
    {
        UseSubGroups();
        return SubGroupFunctions.LaneIndex;
    }

    public string WarpBarrier(string fences)
    {
        UseSubGroups();
        return SubGroupFunctions.Barrier(fences);
    }

    /// <summary>Operands: value, lane, delta or mask, width.</summary>
    public string Shuffle(Instruction i, string[] o)
    {
        var type = i.Type switch
        {
            IrType.Int64 => "long",
            IrType.Float32 => "float",
            IrType.Float64 => "double",
            IrType.Int32 or IrType.Bool => "int",
            _ => throw new NotSupportedException("OpenCL C can't hand pointers from thread to thread"),
        };
        var functionsOfWarps = UseSubGroups();
        var (name, text) = functionsOfWarps.Shuffle((ShuffleKind)i.Kind, type);
        _functions[name] = text;
        return $"{name}({string.Join(", ", o)})";
    }

    private SubGroupFunctions UseSubGroups()
    {
        _usesSubGroups = true;
        _extensions.UnionWith(_subGroups!.Extensions);
        return _subGroups;
    }

    public string Math(Instruction i, string[] o)
    {
        var function = (MathFunction)i.Kind;
        var type = i.Type == IrType.Float64 ? "double" : "float";
        switch (function)
        {
            case MathFunction.Min or MathFunction.Max:
                return $"{PropagatingExtreme(function == MathFunction.Min, type)}({o[0]}, {o[1]})";
            case MathFunction.Abs when i.Type.IsInteger():
                return $"({Signed(i)})abs({o[0]})";
            case MathFunction.MinS or MathFunction.MaxS:
                return $"{(function == MathFunction.MinS ? "min" : "max")}({o[0]}, {o[1]})";
            case MathFunction.MinU or MathFunction.MaxU:
                var unsigned = i.Type == IrType.Int64 ? "ulong" : "uint";
                return $"({Signed(i)}){(function == MathFunction.MinU ? "min" : "max")}(({unsigned}){o[0]}, ({unsigned}){o[1]})";
            case MathFunction.PopCount:
                return $"(int)popcount({o[0]})";
            case MathFunction.LeadingZeros:
                return $"(int)clz({o[0]})";
            case MathFunction.TrailingZeros:
                var wide = i.Operands[0].Type == IrType.Int64;
                return $"(int)popcount(~({(wide ? "ulong" : "uint")}){o[0]} & (({(wide ? "ulong" : "uint")}){o[0]} - 1))";
            case MathFunction.Truncate or MathFunction.Ceiling or MathFunction.Floor or MathFunction.RoundEven or MathFunction.RoundAway:
                return $"{Rounding(Name(function), type)}({o[0]})";
            case MathFunction.Rcp:
                return $"(1 / {o[0]})";
            default:
                return $"{Name(function)}({string.Join(", ", o)})";
        }
    }

    public string FloatToInteger(IrType from, IrType to, bool unsigned, string value)
    {
        var result =
            (to == IrType.Int64, unsigned) switch { (true, true) => "ulong", (true, false) => "long", (false, true) => "uint", _ => "int" };

        // Saturation is part of OpenCL C, but some compilers leave NaN undefined in it.
        var argument = from == IrType.Float64 ? "double" : "float";
        var name = $"to_{result}_{argument}";
        _functions[name] = $"static {result} {name}({argument} x) {{ return x != x ? 0 : convert_{result}_sat_rtz(x); }}";
        return $"({(to == IrType.Int64 ? "long" : "int")}){name}({value})";
    }

    public string HalfToFloat(string bits)
    {
        _functions["half_to_float"] =
            "static float half_to_float(int bits) { ushort h = (ushort)bits; return vload_half(0, (const __private half *)&h); }";
        return $"half_to_float({bits})";
    }

    public string FloatToHalf(string value)
    {
        _functions["float_to_half"] =
            "static int float_to_half(float x) { ushort h; vstore_half_rte(x, 0, (__private half *)&h); return h; }";
        return $"float_to_half({value})";
    }

    /// <summary>An atomic operation; operand 0 is the pointer, 1 the value.</summary>
    public string Atomic(Instruction i, string space, string[] o)
    {
        var kind = (AtomicKind)i.Kind;
        var isFloat = i.Type.IsFloat();
        if (isFloat && kind != AtomicKind.Exchange)
        {
            return $"{FloatAtomic(kind, i.Type, space)}(({space} uchar *){o[0]}, {o[1]})";
        }

        var type = IntegerFor(i.Type, kind is AtomicKind.MinU or AtomicKind.MaxU);
        var name = kind switch
        {
            AtomicKind.Add => "add",
            AtomicKind.MinS or AtomicKind.MinU => "min",
            AtomicKind.MaxS or AtomicKind.MaxU => "max",
            AtomicKind.And => "and",
            AtomicKind.Or => "or",
            AtomicKind.Xor => "xor",
            _ => "xchg",
        };
        var value = isFloat ? $"as_{type}({o[1]})" : o[1];
        return Back(i.Type, $"{Prefix(i.Type)}{name}((volatile {space} {type} *){o[0]}, ({type}){value})");
    }

    public string CompareExchange(Instruction i, string space, string[] o)
    {
        var type = IntegerFor(i.Type, false);
        var (expected, value) = i.Type.IsFloat() ? ($"as_{type}({o[1]})", $"as_{type}({o[2]})") : (o[1], o[2]);
        return Back(i.Type, $"{Prefix(i.Type)}cmpxchg((volatile {space} {type} *){o[0]}, {expected}, {value})");
    }

    // 32-bit atomics are core; 64-bit ones are extensions with their own names.
    private string Prefix(IrType type)
    {
        if (type is IrType.Int32 or IrType.Float32)
        {
            return "atomic_";
        }

        if (!target.Int64Atomics)
        {
            throw new CapabilityNotSupportedException(
                "the kernel uses 64-bit atomics, which this OpenCL device does not support (cl_khr_int64_base_atomics)");
        }

        _extensions.Add("cl_khr_int64_base_atomics");
        _extensions.Add("cl_khr_int64_extended_atomics");
        return "atom_";
    }

    private static string Back(IrType type, string call) => type switch
    {
        IrType.Float32 => $"as_float({call})",
        IrType.Float64 => $"as_double({call})",
        IrType.Int64 => $"(long){call}",
        _ => $"(int){call}",
    };

    private static string IntegerFor(IrType type, bool unsigned) => (type is IrType.Int64 or IrType.Float64, unsigned) switch
    {
        (true, true) => "ulong",
        (true, false) => "long",
        (false, true) => "uint",
        _ => "int",
    };

    // Compare-exchange until nobody came in between.
    private string FloatAtomic(AtomicKind kind, IrType type, string space)
    {
        var (number, integer) = type == IrType.Float64 ? ("double", "long") : ("float", "int");
        var operation = kind switch { AtomicKind.Add => "add", AtomicKind.MinS => "min", _ => "max" };
        var update = kind switch { AtomicKind.Add => "old + x", AtomicKind.MinS => "fmin(old, x)", _ => "fmax(old, x)" };
        var name = $"atomic_{operation}_{number}_{space.Trim('_')}";
        _functions[name] = $$"""
            static {{number}} {{name}}({{space}} uchar *p, {{number}} x) {
                volatile {{space}} {{integer}} *bits = (volatile {{space}} {{integer}} *)p;
                {{integer}} seen = *bits;
                for (;;) {
                    {{number}} old = as_{{number}}(seen);
                    {{integer}} now = {{Prefix(type)}}cmpxchg(bits, seen, as_{{integer}}(({{number}})({{update}})));
                    if (now == seen) return old;
                    seen = now;
                }
            }
            """;
        return name;
    }

    // Math.Min and Max: NaN wins, and -0 is less than +0.
    private string PropagatingExtreme(bool min, string type)
    {
        var name = (min ? "min_" : "max_") + type;
        _functions[name] = $"static {type} {name}({type} a, {type} b) {{ return a != a ? a : b != b ? b : a == b ? (signbit(a) " +
            $"{(min ? "" : "== 0 ")}? a : b) : {(min ? "fmin" : "fmax")}(a, b); }}";
        return name;
    }

    // PoCL rounds by way of an integer, which leaves a NaN that the compiler sees through undefined, and with it all that is computed from
    // it.
    private string Rounding(string function, string type)
    {
        var name = $"{function}_{type}";
        _functions[name] = $"static {type} {name}({type} x) {{ return x != x ? x : {function}(x); }}";
        return name;
    }

    private static string Signed(Instruction i) => i.Type == IrType.Int64 ? "long" : "int";

    private static string Name(MathFunction function) => function switch
    {
        MathFunction.Abs => "fabs",
        MathFunction.Ceiling => "ceil",
        MathFunction.Truncate => "trunc",
        MathFunction.RoundEven => "rint",
        MathFunction.RoundAway => "round",
        MathFunction.IsNaN => "isnan",
        MathFunction.IsInfinity => "isinf",
        MathFunction.IsFinite => "isfinite",
        MathFunction.MinNumber => "fmin",
        MathFunction.MaxNumber => "fmax",
        MathFunction.IeeeRemainder => "remainder",
        _ => function.ToString().ToLowerInvariant(),
    };
}
