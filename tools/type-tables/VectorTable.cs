namespace IlgpuGan.TypeTables;

/// <summary>Vectors of 2, 4 and 8 elements of a type, written out element by element: kernels keep each in a register.</summary>
internal static class VectorTable
{
    private static readonly string[] s_names = ["X", "Y", "Z", "W", "I", "J", "K", "L"];

    public static string Text(ElementType type) => TypeTable.Write(
        """
        using System.Globalization;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using ILGPU.Algorithms.Random;
        using ILGPU.Runtime;

        namespace ILGPU.Algorithms.Vectors;
        """,
        new[] { (2, "Two"), (4, "Four"), (8, "Eight") }.Select(length => Vector(type, length.Item1, length.Item2)));

    private static string Vector(ElementType type, int length, string count)
    {
        string element = type.Keyword;
        string name = $"{type.VectorName}x{length}";
        string[] names = s_names[..length];
        string invalid = type.IsFloat ? "NaN" : type.IsUnsigned ? "MaxValue" : "MinValue";
        string cast = type.IsNarrow || element == "uint" ? $"({element})" : "";
        string New(Func<string, string> value) => $"new({List(names.Select(value))})";
        string Both(string operation) => New(e => type.Narrow($"first.{e} {operation} second.{e}"));
        string negative = type.IsFloat ? New(e => $"-value.{e}") : $"default({name}) - value";
        string Statements(Func<string, int, string> statement) => string.Join("\n        ", names.Select(statement));
        return $$"""
            /// <summary>{{count}} elements of type <see cref="{{element}}"/>.</summary>
            public readonly record struct {{name}}({{string.Join(", ", names.Select(e => $"{element} {e}"))}})
                : IVectorType<{{name}}, {{element}}>{{(type.HasAtomicAdd ? $", IAccumulationVectorType<{name}>" : "")}}
            {
                public static int Length => {{length}};

                public static {{name}} Invalid => FromScalar({{element}}.{{invalid}});

                public static {{name}} Zero => default;

                public static {{name}} One => FromScalar(1);

                public static {{name}} FromScalar({{element}} scalar) => {{New(_ => "scalar")}};

                public static {{name}} Min({{name}} first, {{name}} second) => {{New(e => $"Math.Min(first.{e}, second.{e})")}};

                public static {{name}} Max({{name}} first, {{name}} second) => {{New(e => $"Math.Max(first.{e}, second.{e})")}};

                public static {{name}} Clamp({{name}} value, {{name}} min, {{name}} max) => Max(Min(value, max), min);

                public static {{name}} Abs({{name}} value) => {{(type.IsUnsigned ? "value" : New(e => $"Math.Abs(value.{e})"))}};

                public static {{element}} GetRandomScalar<TRandom>(ref TRandom random, {{element}} min, {{element}} max)
                    where TRandom : struct, IRandomProvider => {{cast}}RandomExtensions.Next(ref random, min, max);

                public static {{name}} GetRandom<TRandom>(ref TRandom random, {{name}} min, {{name}} max)
                    where TRandom : struct, IRandomProvider =>
                    {{New(e => $"GetRandomScalar(ref random, min.{e}, max.{e})")}};

                public static {{name}} FromElementView<TStride>(ArrayView1D<{{element}}, TStride> sourceView, Index1D index)
                    where TStride : struct, IStride1D =>
                    {{New(e => $"sourceView[index + {Array.IndexOf(names, e)}]")}};

                public static {{name}} FromElementView(SingleVectorView<{{element}}> sourceView, Index1D index) =>
                    {{New(e => $"sourceView[index + {Array.IndexOf(names, e)}]")}};

                public void ToElementView<TStride>(ArrayView1D<{{element}}, TStride> targetView, Index1D index)
                    where TStride : struct, IStride1D
                {
                    {{Statements((e, i) => $"targetView[index + {i}] = {e};")}}
                }

                public void ToElementView(SingleVectorView<{{element}}> targetView, Index1D index)
                {
                    {{Statements((e, i) => $"targetView[index + {i}] = {e};")}}
                }

                public ReadOnlySpan<{{element}}> AsSpan() =>
                    MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<{{name}}, {{element}}>(ref Unsafe.AsRef(in this)), {{length}});

                public void ForEach<TIterator>(ref TIterator iterator)
                    where TIterator : struct, IVectorElementIterator<{{name}}, {{element}}>
                {
                    {{Statements((e, i) => $"iterator.Iterate({e}, {i});")}}
                }
            {{(type.HasAtomicAdd ? AtomicAdd(name, element, Statements) : "")}}
                public override string ToString() => ((IFormattable)this).ToString(null, CultureInfo.CurrentCulture);

                public static {{name}} operator +({{name}} first, {{name}} second) => {{Both("+")}};

                public static {{name}} operator -({{name}} first, {{name}} second) => {{Both("-")}};

                public static {{name}} operator *({{name}} first, {{name}} second) => {{Both("*")}};

                public static {{name}} operator /({{name}} first, {{name}} second) => {{Both("/")}};

                public static {{name}} operator -({{name}} value) => {{negative}};

                public static {{name}} operator +({{name}} value) => value;

                public static {{name}} operator ++({{name}} value) => value + One;

                public static {{name}} operator --({{name}} value) => value - One;
            }
            """;
    }

    private static string AtomicAdd(string name, string element, Func<Func<string, int, string>, string> statements) =>
        $$"""

            public static void AtomicAdd(ref {{name}} target, {{name}} value)
            {
                ref {{element}} elements = ref Unsafe.As<{{name}}, {{element}}>(ref target);
                {{statements((e, i) => $"Atomic.Add(ref Unsafe.Add(ref elements, {i}), value.{e});")}}
            }

        """;

    /// <summary>Two on the line that has begun, or as many as fit on each line of their own.</summary>
    private static string List(IEnumerable<string> values)
    {
        string[] lines = [.. values.Chunk(values.Max(value => value.Length) > 30 ? 2 : 4).Select(some => string.Join(", ", some))];
        return values.Count() == 2 ? lines[0] : $"\n            {string.Join(",\n            ", lines)}";
    }
}
