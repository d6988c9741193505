namespace IlgpuGan.TypeTables;

/// <summary>The functions of LibDevice, for float and double, by what the framework and XMath call them.</summary>
internal static class LibDeviceTable
{
    private static readonly (string Name, string Function)[] s_ofOne =
    [
        ("Abs", "XMath.Abs"), ("Acos", "XMath.Acos"), ("Asin", "XMath.Asin"), ("Atan", "XMath.Atan"), ("Ceil", "XMath.Ceiling"),
        ("Cos", "XMath.Cos"), ("Cosh", "XMath.Cosh"), ("Exp", "XMath.Exp"), ("Exp2", "XMath.Exp2"), ("Floor", "XMath.Floor"),
        ("Log", "XMath.Log"), ("Log10", "XMath.Log10"), ("Log2", "XMath.Log2"), ("NearbyInt", "XMath.RoundToEven"),
        ("Rint", "XMath.RoundToEven"), ("Round", "XMath.RoundAwayFromZero"), ("Rsqrt", "XMath.Rsqrt"), ("Sin", "XMath.Sin"),
        ("Sinh", "XMath.Sinh"), ("Sqrt", "XMath.Sqrt"), ("Tan", "XMath.Tan"), ("Tanh", "XMath.Tanh"), ("Trunc", "XMath.Truncate"),
    ];

    private static readonly (string Name, string Function)[] s_ofTwo =
    [
        ("Atan", "XMath.Atan2"), ("CopySign", "{0}.CopySign"), ("Fmod", "XMath.Rem"), ("Max", "XMath.Max"), ("Min", "XMath.Min"),
        ("Pow", "XMath.Pow"), ("Remainder", "{0}.IEEERemainder"),
    ];

    private static readonly (string Direction, string Function)[] s_roundings =
        [("Down", "XMath.Floor"), ("Even", "XMath.RoundToEven"), ("Up", "XMath.Ceiling"), ("Zero", "XMath.Truncate")];

    private static readonly (string Name, string Keyword)[] s_targets =
        [("Int", "int"), ("UInt", "uint"), ("Long", "long"), ("ULong", "ulong")];

    public static string Conversions(IEnumerable<ElementType> types) => TypeTable.Write(
        """
        using ILGPU.Algorithms;

        namespace ILGPU.Runtime.Cuda;

        /// <content>Conversions to integers, which are limited to what the integer holds and give 0 for NaN.</content>
        public static partial class LibDevice
        {
        """,
        from type in types
        from target in s_targets
        from rounding in s_roundings
        let source = type.Keyword == "float" ? "Float" : "Double"
        select $"    public static {target.Keyword} {source}To{target.Name}Round{rounding.Direction}({type.Keyword} x) =>"
            + $" ({target.Keyword}){rounding.Function}(x);",
        "}\n");

    public static string Text(IEnumerable<ElementType> types) => TypeTable.Write(
        """
        using ILGPU.Algorithms;

        namespace ILGPU.Runtime.Cuda;

        public static partial class LibDevice
        {
        """,
        types.SelectMany(type => Functions(type, type.Keyword == "float" ? "MathF" : "Math")),
        "}\n");

    private static IEnumerable<string> Functions(ElementType type, string math)
    {
        string t = type.Keyword;
        return
        [
            .. s_ofOne.Select(f => $"    public static {t} {f.Name}({t} x) => {f.Function}(x);"),
            .. s_ofTwo.Select(f => $"    public static {t} {f.Name}({t} x, {t} y) => {string.Format(f.Function, math)}(x, y);"),
            $"    public static {t} FusedMultiplyAdd({t} x, {t} y, {t} z) => {math}.FusedMultiplyAdd(x, y, z);",
        ];
    }
}
