using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.EngineTests.Formats;

public sealed class NamedArrayTests
{
    [Test]
    public void EveryTypeConvertsToFloats()
    {
        Check<byte>(ElementType.Bool, [0, 1, 2], [0, 1, 1]);
        Check<byte>(ElementType.U8, [0, 200], [0, 200]);
        Check<sbyte>(ElementType.I8, [-128, 127], [-128, 127]);
        Check<ushort>(ElementType.U16, [65535], [65535]);
        Check<short>(ElementType.I16, [-32768], [-32768]);
        Check<uint>(ElementType.U32, [uint.MaxValue], [4294967296f]);
        Check<int>(ElementType.I32, [int.MinValue, 16777217], [-2147483648f, 16777216f]);
        Check<ulong>(ElementType.U64, [ulong.MaxValue], [18446744073709551616f]);
        Check<long>(ElementType.I64, [long.MinValue, 3], [-9223372036854775808f, 3]);
        Check<Half>(ElementType.F16, [(Half)0.5f, Half.MaxValue, Half.Epsilon], [0.5f, 65504, 5.9604645e-8f]);
        Check<ushort>(ElementType.BF16, [0x3F80, 0xC040, 0x7F80], [1, -3, float.PositiveInfinity]);
        Check<float>(ElementType.F32, [-0.1f], [-0.1f]);
        Check<double>(ElementType.F64, [0.1], [0.1f]);
    }

    [Test]
    public void A64BitIntegerIsRoundedOnce()
    {
        // Halfway in double, and then halfway in float: rounding twice would give the even neighbour.
        const long value = (1L << 53) + (1L << 29) + 1;
        var array = NamedArray.From("a", [1], new[] { value });
        Assert.That(array.ToSingle()[0], Is.EqualTo((float)value));
        Assert.That(array.ToInt64(), Is.EqualTo(new[] { value }));
    }

    [Test]
    public void WrappedMemoryIsNotCopied()
    {
        var values = new float[] { 1, 2 };
        var array = NamedArray.From("a", [2], values);
        values[1] = 7;
        Assert.That(array.ToSingle(), Is.EqualTo(new float[] { 1, 7 }));
        using var pin = array.Bytes[4..].Pin();
        unsafe
        {
            Assert.That(*(float*)pin.Pointer, Is.EqualTo(7f));
        }
    }

    [Test]
    public void HalvesRoundToEven()
    {
        var array = NamedArray.From("a", [3], new[] { 1f + (1f / 2048), 1f + (3f / 2048), 70000f }).ToHalf();
        Assert.That(array.Type, Is.EqualTo(ElementType.F16));
        Assert.That(array.ToSingle(), Is.EqualTo(new[] { 1f, 1f + (2f / 1024), float.PositiveInfinity }));
    }

    [Test]
    public void ShapeAndBytesMustAgree()
    {
        Fails.Saying<ArgumentException>(
            () => new NamedArray("w", ElementType.F32, [2, 3], new byte[20]), "w: F32 [2, 3] needs 24 bytes, got 20");
        Assert.That(() => NamedArray.From("w", [2], new float[2]).ToInt64(), Throws.InvalidOperationException);
    }

    private static void Check<T>(ElementType type, T[] values, float[] expected)
        where T : unmanaged
    {
        var array = new NamedArray("a", type, [values.Length], MemoryMarshal.AsBytes<T>(values).ToArray());
        Assert.That(array.ToSingle(), Is.EqualTo(expected), type.ToString());
        Assert.That(array.ToDouble().Select(x => (float)x), Is.EqualTo(expected), type.ToString());
    }
}
