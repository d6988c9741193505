using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Structs, generics, references, tuples, enums, lambdas: what C# offers to people who write kernels.</summary>
public sealed class LanguageTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly int[] s_inputs = [.. Enumerable.Range(-20, 100)];

    public interface IOperation
    {
        static abstract int Apply(int a, int b);
    }

    public interface IInstanceOperation
    {
        int Apply(int value);
    }

    public enum Colour : byte
    {
        Red = 1,
        Green = 2,
        Blue = 200,
    }

    public readonly struct AddOperation : IOperation
    {
        public static int Apply(int a, int b) => a + b;
    }

    public readonly struct MultiplyOperation : IOperation
    {
        public static int Apply(int a, int b) => a * b;
    }

    public readonly struct Scale(int factor) : IInstanceOperation
    {
        private readonly int _factor = factor;

        public int Apply(int value) => value * _factor;
    }

    public struct Point
    {
        public float X;
        public double Weight;
        public byte Tag;
        public int Count;

        public readonly float Norm() => X * X + (float)Weight;

        public void Grow(int by)
        {
            Count += by;
            X *= 2;
        }
    }

    public struct Nested
    {
        public Point First;
        public (int Left, long Right) Pair;
        public Colour Colour;
    }

    public unsafe struct WithBuffer
    {
        public fixed int Values[4];
        public int Sum;
    }

    public readonly record struct Position(int X, int Y);

    private static void StructFields(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        Point p = default;
        p.X = a[i];
        p.Weight = 0.5;
        p.Tag = (byte)a[i];
        p.Grow(3);
        Point q = p;
        q.Grow(1);
        result[i] = (int)(p.Norm() + q.Norm() * 3) + p.Tag + q.Count * 1000;
    }

    private static void NestedStructs(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        var n = new Nested { Pair = (a[i], a[i] * 2L), Colour = Colour.Blue };
        n.First.Count = 5;
        Change(ref n.First, a[i]);
        Nested copy = n;
        copy.Pair.Left++;
        result[i] = n.First.Count + copy.Pair.Left + (int)copy.Pair.Right + (int)n.Colour;
    }

    private static void Change(ref Point point, int by) => point.Count += by;

    private static void StructElements(Index1D i, ArrayView<Nested> a, ArrayView<Nested> result)
    {
        result[i] = a[i];
        result[i].First.Weight += 0.25;
        result[i].Pair = (result[i].Pair.Left + 1, -result[i].Pair.Right);
    }

    private static void References(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int x = a[i];
        int y = 10;
        ref int larger = ref (x > y ? ref x : ref y);
        larger *= 2;
        Divide(x, y, out int quotient, out int remainder);
        ref int element = ref result[i];
        element = quotient;
        element += remainder * 100 + Read(in x);
    }

    private static void Divide(int a, int b, out int quotient, out int remainder)
    {
        quotient = a / b;
        remainder = a % b;
    }

    private static int Read(in int value) => value + 1;

    private static void Tuples(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        (int low, int high) = Split(a[i]);
        var triple = (First: low, Second: high, Third: (low + high, 1.5f));
        result[i] = triple.First * 3 + triple.Second * 5 + (int)(triple.Third.Item1 * triple.Third.Item2);
    }

    private static (int Low, int High) Split(int value) => (value & 7, value >> 3);

    private static void Enums(Index1D i, ArrayView<Colour> a, ArrayView<int> result) => result[i] = a[i] switch
    {
        Colour.Red => 1,
        Colour.Green => 2,
        _ => (int)a[i] + (a[i] == Colour.Blue ? 1000 : 0),
    };

    private static void Apply<TOperation>(Index1D i, ArrayView<int> a, ArrayView<int> result)
        where TOperation : struct, IOperation => result[i] = TOperation.Apply(a[i], 3);

    private static void GenericMath<T>(Index1D i, ArrayView<T> a, ArrayView<T> result)
        where T : unmanaged, INumber<T> => result[i] = a[i] * a[i] + T.One - (a[i] > T.Zero ? T.One + T.One : T.Zero);

    private static void LocalFunctions(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        result[i] = Square(a[i]) + Square(3);

        static int Square(int value) => value * value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int NotInlined(int value, ref int counter)
    {
        counter++;
        return value > 10 ? value : value * 2;
    }

    private static void Calls(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        int counter = 0;
        result[i] = NotInlined(NotInlined(a[i], ref counter), ref counter) + counter;
    }

    private static void Reinterpret(Index1D i, ArrayView<int> a, ArrayView<float> result)
    {
        int bits = 0x3F800000 + a[i];
        result[i] = Unsafe.As<int, float>(ref bits);
    }

    private static void Records(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        var position = new Position(a[i], 2);
        Position moved = position with { Y = position.X + 1 };
        result[i] = moved.X * 100 + moved.Y;
    }

    private static unsafe void FixedBuffers(Index1D i, ArrayView<int> a, ArrayView<int> result)
    {
        WithBuffer buffer = default;
        for (int k = 0; k < 4; k++)
        {
            buffer.Values[k] = a[i] * (k + 1);
        }
        buffer.Sum = buffer.Values[a[i] & 3] + buffer.Values[1];
        result[i] = buffer.Sum;
    }

    private const int Factor = 12;

    private static readonly int s_offset = 34;

    private static readonly (int A, float B) s_pair = (5, 2.5f);

    private static void Constants(Index1D i, ArrayView<int> a, ArrayView<int> result) =>
        result[i] = a[i] * Factor + s_offset + s_pair.A + (int)s_pair.B;

    private static void SizesAndOffsets(Index1D i, ArrayView<int> a, ArrayView<int> result) =>
        result[i] = Interop.SizeOf<Point>() + Interop.SizeOf<Nested>() * 1000 + Unsafe.SizeOf<(byte, int)>() * 1_000_000 + sizeof(long);

    private static void Pairs(Index1D i, ArrayView<KeyValuePair<int, float>> a, ArrayView<KeyValuePair<int, float>> result) =>
        result[i] = new KeyValuePair<int, float>(a[i].Key + 1, a[i].Value * 2);

    [Test]
    public void StructsHaveFieldsAndMethods() => Check<int, int>(StructFields, s_inputs);

    [Test]
    public void StructsNest() => Check<int, int>(NestedStructs, s_inputs);

    [Test]
    public void StructsAreElements() => Check<Nested, Nested>(
        StructElements,
        [.. s_inputs.Select(v => new Nested { First = new Point { X = v, Weight = v, Tag = (byte)v, Count = -v }, Pair = (v, v * v),
            Colour = Colour.Green })]);

    [Test]
    public void ReferencesReachLocalsAndElements() => Check<int, int>(References, s_inputs);

    [Test]
    public void TuplesAreMadeAndTakenApart() => Check<int, int>(Tuples, s_inputs);

    [Test]
    public void EnumsAreNumbers() => Check<Colour, int>(Enums, [Colour.Red, Colour.Green, Colour.Blue, (Colour)7]);

    [Test]
    public void StaticAbstractMembersAreResolved()
    {
        Check<int, int>(Apply<AddOperation>, s_inputs);
        Check<int, int>(Apply<MultiplyOperation>, s_inputs);
    }

    [Test]
    public void GenericMathWorksForEveryNumber()
    {
        Check<int, int>(GenericMath<int>, s_inputs);
        Check<long, long>(GenericMath<long>, [.. s_inputs.Select(v => (long)v)]);
        Check<float, float>(GenericMath<float>, [.. s_inputs.Select(v => v * 0.25f)]);
        Check<double, double>(GenericMath<double>, [.. s_inputs.Select(v => v * 0.25)]);
    }

    [Test]
    public void LocalFunctionsAreCalled() => Check<int, int>(LocalFunctions, s_inputs);

    [Test]
    public void MethodsThatMustNotBeInlinedAreCalled() => Check<int, int>(Calls, s_inputs);

    [Test]
    public void BitsAreReinterpreted() => Check<int, float>(Reinterpret, s_inputs);

    [Test]
    public void RecordsAreChangedWith() => Check<int, int>(Records, s_inputs);

    [Test]
    public void FixedBuffersAreIndexed() => Check<int, int>(FixedBuffers, [.. s_inputs.Where(v => v >= 0)]);

    [Test]
    public void ConstantsAndReadOnlyFieldsAreBakedIn() => Check<int, int>(Constants, s_inputs);

    [Test]
    public void SizesAreTheManagedOnes() => Check<int, int>(SizesAndOffsets, [0]);

    [Test]
    public void FrameworkStructsAreElements() =>
        Check<KeyValuePair<int, float>, KeyValuePair<int, float>>(
            Pairs, [.. s_inputs.Select(v => new KeyValuePair<int, float>(v, v * 0.5f))]);

    [Test]
    public void LambdasAreKernels()
    {
        Check<int, int>((i, a, result) => result[i] = a[i] * 3, s_inputs);
        Check<int, int>(static (i, a, result) => result[i] = a[i] * 5, s_inputs);
    }

    [Test]
    public void StructsArePassedByValue()
    {
        using var data = Accelerator.Allocate1D(s_inputs);
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, Scale>(Transform);
        kernel(s_inputs.Length, data.AsContiguous(), new Scale(7));
        Assert.That(data.GetAsArray1D(), Is.EqualTo(s_inputs.Select(v => v * 7)));

        static void Transform(Index1D i, ArrayView<int> view, Scale scale) => view[i] = Run(view[i], scale);
        static int Run<TOperation>(int value, TOperation operation)
            where TOperation : struct, IInstanceOperation => operation.Apply(value);
    }

    public struct Countdown
    {
        public int Left;

        public int Step;

        public Countdown() => (Left, Step) = (10, 3);
    }

    /// <summary>Of type parameters, too, and with a constructor of the struct's own.</summary>
    [Test]
    public void NewOfATypeParameterIsAStructOfZeros()
    {
        Check<int, int>((i, a, result) => result[i] = a[i] + Made<int>() + (int)Made<double>() + Made<(int, long)>().Item1, s_inputs);
        Check<int, int>((i, a, result) => result[i] = a[i] * Made<Countdown>().Left + Made<Countdown>().Step, s_inputs);
        Check<int, int>((i, a, result) => result[i] = a[i] + new Countdown().Left + default(Countdown).Step, s_inputs);

        static T Made<T>()
            where T : unmanaged => new T();
    }
}
