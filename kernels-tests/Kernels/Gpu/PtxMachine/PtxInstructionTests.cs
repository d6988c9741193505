using IlgpuGan.TestsCommon.PtxMachine;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>
/// Instructions that inline PTX may hold beside those that ILGPU emits: half precision, directed roundings, bit fields. Each gives
/// what the manual's pseudo-code says.
/// </summary>
public sealed class PtxInstructionTests
{
    private static readonly (string Statements, uint Expected)[] s_instructions =
    [
        ("mov.b32 %r2, 0xAB; mov.b32 %r3, 0xFFFF0000; bfi.b32 %r1, %r2, %r3, 4, 8;", 0xFFFF0AB0),
        ("mov.b32 %r2, -1; bfi.b32 %r1, %r2, 0, 28, 12;", 0xF0000000),
        ("mov.b64 %rd1, 5; bfi.b64 %rd2, %rd1, 0, 30, 3; shr.u64 %rd2, %rd2, 30; cvt.u32.u64 %r1, %rd2;", 5),
        ("mov.b32 %r2, 0x33221100; mov.b32 %r3, 0x77665544; prmt.b32 %r1, %r2, %r3, 0x7250;", 0x77225500),
        ("mov.b32 %r2, 0x00800000; prmt.b32 %r1, %r2, 0, 0x888A;", 0x000000FF),
        ("mov.b32 %r2, 0x33221100; mov.b32 %r3, 0x77665544; prmt.b32.f4e %r1, %r2, %r3, 1;", 0x44332211),
        ("mov.b32 %r2, 0x33221100; mov.b32 %r3, 0x77665544; prmt.b32.b4e %r1, %r2, %r3, 1;", 0x66770011),
        ("mov.b32 %r2, 0x33221100; prmt.b32.rc8 %r1, %r2, 0, 2;", 0x22222222),
        ("mov.b32 %r2, 0x33221100; prmt.b32.ecl %r1, %r2, 0, 2;", 0x33222222),
        ("mov.b32 %r2, 0x33221100; prmt.b32.ecr %r1, %r2, 0, 2;", 0x22221100),
        ("mov.b32 %r2, 0x33221100; prmt.b32.rc16 %r1, %r2, 0, 1;", 0x33223322),
        ("mov.b32 %r2, 0x00F00000; bfind.u32 %r1, %r2;", 23),
        ("mov.b32 %r2, -256; bfind.s32 %r1, %r2;", 7),
        ("mov.b32 %r2, 0x00F00000; bfind.shiftamt.u32 %r1, %r2;", 8),
        ("bfind.u32 %r1, %r0;", uint.MaxValue),
        ("set.lt.u32.s32 %r1, %r0, 1;", uint.MaxValue),
        ("set.gt.f32.s32 %f1, 5, %r0; mov.b32 %r1, %f1;", 0x3F800000),
        ("setp.eq.u32 %p1, %r0, 1; set.eq.and.u32.f32 %r1, 0f00000000, 0f80000000, %p1;", 0),
        ("setp.eq.u32 %p1, %r0, 1; set.eq.or.u32.f32 %r1, 0f3F800000, 0f00000000, !%p1;", uint.MaxValue),
        ("slct.b32.s32 %r1, 11, 22, -3;", 22),
        ("slct.b32.f32 %r1, 11, 22, 0f80000000;", 11),
        ("slct.b32.f32 %r1, 11, 22, 0f7FC00000;", 22),
        ("slct.ftz.b32.f32 %r1, 11, 22, 0f80000001;", 11),
        ("add.rz.f32 %f1, 0f3F800000, 0f33FFFFFF; mov.b32 %r1, %f1;", 0x3F800000),
        ("add.rp.f32 %f1, 0f3F800000, 0f00000001; mov.b32 %r1, %f1;", 0x3F800001),
        ("add.rm.f32 %f1, 0f3F800000, 0f80000001; mov.b32 %r1, %f1;", 0x3F7FFFFF),
        ("sub.rm.f32 %f1, 0f3F800000, 0f3F800000; mov.b32 %r1, %f1;", 0x80000000),
        ("mul.rz.f32 %f1, 0f7F7FFFFF, 0f40000000; mov.b32 %r1, %f1;", 0x7F7FFFFF),
        ("mul.rp.f32 %f1, 0f7F7FFFFF, 0f40000000; mov.b32 %r1, %f1;", 0x7F800000),
        ("mul.rm.ftz.f32 %f1, 0f80800000, 0f3F000000; mov.b32 %r1, %f1;", 0x80000000),
        ("fma.rp.f32 %f1, 0f3F800001, 0f3F800001, 0f00000000; mov.b32 %r1, %f1;", 0x3F800003),
        ("fma.rz.sat.f32 %f1, 0f40400000, 0f40000000, 0f3F800000; mov.b32 %r1, %f1;", 0x3F800000),
        ("div.rm.f32 %f1, 0f3F800000, 0f40400000; mov.b32 %r1, %f1;", 0x3EAAAAAA),
        ("div.rp.f32 %f1, 0f3F800000, 0f40400000; mov.b32 %r1, %f1;", 0x3EAAAAAB),
        ("rcp.rz.f32 %f1, 0f40E00000; mov.b32 %r1, %f1;", 0x3E124924),
        ("rcp.rp.f32 %f1, 0f40E00000; mov.b32 %r1, %f1;", 0x3E124925),
        ("sqrt.rz.f32 %f1, 0f40000000; mov.b32 %r1, %f1;", 0x3FB504F3),
        ("sqrt.rp.f32 %f1, 0f40000000; mov.b32 %r1, %f1;", 0x3FB504F4),
        ("add.rp.f64 %fd0, 0d3FF0000000000000, 0d0000000000000001; mov.b64 {%r1, %r2}, %fd0;", 1),
        ("cvt.rz.f32.f64 %f1, 0d3FF00000FFFFFFFF; mov.b32 %r1, %f1;", 0x3F800007),
        ("cvt.rp.f32.s32 %f1, 16777217; mov.b32 %r1, %f1;", 0x4B800001),
        ("cvt.rm.f32.s32 %f1, 16777217; mov.b32 %r1, %f1;", 0x4B800000),
        ("cvt.rz.f16.f32 %h1, 0f3F801FFF; mov.b32 %r1, {%h1, %h1};", 0x3C003C00),
        ("cvt.rn.relu.f16.f32 %h1, 0fBF800000; mov.b32 %r1, {%h1, %h1};", 0),
        ("mov.b16 %h1, 0xBF80; cvt.f32.bf16 %f1, %h1; mov.b32 %r1, %f1;", 0xBF800000),
        ("mov.b16 %h1, 0x3C00; mov.b16 %h2, 0x1001; add.f16 %h3, %h1, %h2; mov.b32 %r1, {%h3, %h3};", 0x3C013C01),
        ("mov.b16 %h1, 0x7BFF; add.rn.f16 %h3, %h1, %h1; mov.b32 %r1, {%h3, %h3};", 0x7C007C00),
        ("mov.b16 %h1, 0x7BFF; add.sat.f16 %h3, %h1, %h1; mov.b32 %r1, {%h3, %h3};", 0x3C003C00),
        ("mov.b16 %h1, 0x0001; mov.b16 %h2, 0x3C00; mul.f16 %h3, %h1, %h2; mov.b32 %r1, {%h3, %h3};", 0x00010001),
        ("mov.b16 %h1, 0x0001; mov.b16 %h2, 0x3C00; mul.ftz.f16 %h3, %h1, %h2; mov.b32 %r1, {%h3, %h3};", 0),
        ("mov.b32 %r2, 0x40003C00; mov.b32 %r3, 0x3C003C00; sub.f16x2 %r1, %r2, %r3;", 0x3C000000),
        ("mov.b32 %r2, 0x40003C00; fma.rn.f16x2 %r1, %r2, %r2, %r2;", 0x46004000),
        ("mov.b32 %r2, 0xC0003C00; mov.b32 %r3, 0x3C003C00; fma.rn.relu.f16x2 %r1, %r2, %r3, %r3;", 0x00004000),
        ("mov.b32 %r2, 0x40003F80; fma.rn.bf16x2 %r1, %r2, %r2, %r2;", 0x40C04000),
        ("mov.b32 %r2, 0x40003F80; add.bf16x2 %r1, %r2, %r2;", 0x40804000),
        ("mov.b32 %r2, 0xC0003F80; neg.bf16x2 %r1, %r2;", 0x4000BF80),
        ("mov.b32 %r2, 0xC0003C00; abs.f16x2 %r1, %r2;", 0x40003C00),
        ("mov.b32 %r2, 0x7E003C00; mov.b32 %r3, 0x80000000; min.f16x2 %r1, %r2, %r3;", 0x80000000),
        ("mov.b32 %r2, 0x7E008000; mov.b32 %r3, 0x80000000; max.NaN.f16x2 %r1, %r2, %r3;", 0x7FFF0000),
        ("mov.b32 %r2, 0x40003F80; mov.b32 %r3, 0xC0004040; max.bf16x2 %r1, %r2, %r3;", 0x40004040),
        ("mov.b16 %h1, 0x4000; ex2.approx.f16 %h2, %h1; mov.b32 %r1, {%h2, %h2};", 0x44004400),
        ("mov.b16 %h1, 0x4040; ex2.approx.ftz.bf16 %h2, %h1; mov.b32 %r1, {%h2, %h2};", 0x41004100),
        ("mov.b16 %h1, 0xFC00; tanh.approx.f16 %h2, %h1; mov.b32 %r1, {%h2, %h2};", 0xBC00BC00),
        (
            "mov.b16 %h1, 0x3C00; mov.b16 %h2, 0x7E00; setp.lt.f16 %p1, %h1, %h2; setp.ltu.f16 %p2, %h1, %h2; selp.b32 %r1, 1, 0, %p1; " +
                "@%p2 add.u32 %r1, %r1, 2;",
            2),
        (
            "mov.b32 %r2, 0x40003C00; mov.b32 %r3, 0x3C003C00; setp.gt.f16x2 %p1|%p2, %r2, %r3; selp.b32 %r1, 1, 0, %p1; @%p2 add.u32 " +
                "%r1, %r1, 2;",
            2),
        (
            "st.global.b32 [%out], 0x3C003C00; mov.b32 %r2, 0x40003C00; red.global.add.noftz.f16x2 [%out], %r2; ld.global.b32 %r1, [%out];",
            0x42004000),
        ("mov.b16 %h1, 0; mov.b16 %h2, 7; atom.global.cas.b16 %h3, [%out], %h1, %h2; ld.global.b32 %r1, [%out];", 7),
        ("match.all.sync.b32 %r1|%p1, %r0, 1; @!%p1 mov.b32 %r1, 99;", 1),
    ];

    private static IEnumerable<object[]> Cases =>
        s_instructions.Select(instruction => (object[])[instruction.Statements, instruction.Expected]);

    [TestCaseSource(nameof(Cases))]
    public void ResultsAreTheManuals(string statements, uint expected)
    {
        var memory = new PtxGlobalMemory();
        var block = memory.Allocate(8);
        block.Bytes.AsSpan().Clear();
        PtxImage.Load(Module([statements]), memory).Launch("test0", BitConverter.GetBytes(block.Address), (1, 1, 1), (1, 1, 1));
        Assert.That(BitConverter.ToUInt32(block.Bytes, 4), Is.EqualTo(expected), statements);
    }

    [Test]
    public void NearestIsWhatTheProcessorRounds()
    {
        var random = new Random(7);
        for (var k = 0; k < 20_000; k++)
        {
            var (a, b, c) = (AnySingle(random), AnySingle(random), AnySingle(random));
            Assert.That(Single("add", a, b), Is.EqualTo(a + b), $"{a:R} + {b:R}");
            Assert.That(Single("mul", a, b), Is.EqualTo(a * b), $"{a:R} * {b:R}");
            Assert.That(Single("fma", a, b, c), Is.EqualTo(MathF.FusedMultiplyAdd(a, b, c)), $"{a:R} * {b:R} + {c:R}");
            Assert.That(Single("div", a, b), Is.EqualTo(a / b), $"{a:R} / {b:R}");
            Assert.That(Single("sqrt", a), Is.EqualTo(MathF.Sqrt(a)), $"root of {a:R}");
            var half = PtxReal.Of(PtxFormat.Single, BitConverter.SingleToUInt32Bits(a)).Round(PtxFormat.Half, PtxRounding.NearestEven);
            Assert.That(BitConverter.UInt16BitsToHalf((ushort)half), Is.EqualTo((Half)a), $"half of {a:R}");
        }
    }

    /// <summary>The product of two singles is exact in double, and tells on which side the nearest single lies.</summary>
    [Test]
    public void DirectedRoundingsLieOnTheirSide()
    {
        var random = new Random(8);
        for (var k = 0; k < 20_000; k++)
        {
            var (a, b) = (
                (float)Math.ScaleB((random.NextDouble() * 2) - 1, random.Next(-40, 40)),
                (float)Math.ScaleB((random.NextDouble() * 2) - 1, random.Next(-40, 40)));
            var exact = (double)a * b;
            var nearest = (float)exact;
            var down = nearest > exact ? MathF.BitDecrement(nearest) : nearest;
            var up = nearest < exact ? MathF.BitIncrement(nearest) : nearest;
            Assert.That(Single("mul", PtxRounding.Down, a, b), Is.EqualTo(down), $"{a:R} * {b:R}");
            Assert.That(Single("mul", PtxRounding.Up, a, b), Is.EqualTo(up), $"{a:R} * {b:R}");
            Assert.That(Single("mul", PtxRounding.TowardsZero, a, b), Is.EqualTo(exact < 0 ? up : down), $"{a:R} * {b:R}");
        }
    }

    private static float Single(string name, params float[] operands) => Single(name, PtxRounding.NearestEven, operands);

    private static float Single(string name, PtxRounding rounding, params float[] operands)
    {
        var x = Array.ConvertAll(operands, operand => PtxReal.Of(PtxFormat.Single, BitConverter.SingleToUInt32Bits(operand)));
        var result = name switch
        {
            "add" => PtxReal.Add(x[0], x[1], rounding),
            "mul" => x[0] * x[1],
            "fma" => PtxReal.Add(x[0] * x[1], x[2], rounding),
            "div" => x[0] / x[1],
            _ => PtxReal.SquareRoot(x[0]),
        };
        return BitConverter.UInt32BitsToSingle((uint)result.Round(PtxFormat.Single, rounding));
    }

    // All bit patterns alike, so that a sixth are extreme, and now and then zero or infinity.
    private static float AnySingle(Random random) => random.Next(20) switch
    {
        0 => 0,
        1 => float.NegativeInfinity,
        2 => BitConverter.UInt32BitsToSingle((uint)random.Next(1 << 23)),
        _ => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)),
    };

    private static string Module(string[] kernels) =>
        ".version 7.8\n.target sm_90\n.address_size 64\n" + string.Concat(kernels.Select((body, k) =>
            $$"""
            .visible .entry test{{k}}(.param .u64 buffer)
            {
                .reg .pred %p<8>;
                .reg .b16 %h<8>;
                .reg .b32 %r<16>;
                .reg .b64 %out, %rd<8>;
                .reg .f32 %f<8>;
                .reg .f64 %fd<4>;
                ld.param.u64 %out, [buffer];
                mov.u32 %r0, %tid.x;
                {{body}}
                st.global.u32 [%out+4], %r1;
                ret;
            }

            """));
}
