using System.Runtime.Intrinsics.X86;
using IlgpuGan.Imaging.Jpeg;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>Both DCTs against the defining sums in double precision, and the vectorised ones against the plain ones, bit for bit.</summary>
internal sealed unsafe class DctTests
{
    private const int Blocks = 500;

    [Test]
    public void TheInverseIsTheDefinitionWithinOneLevel()
    {
        var random = new Random(1);
        for (var n = 0; n < Blocks; n++)
        {
            var (block, quantization) = RandomBlock(random, amplitude: 60);
            var exact = Inverse(block, quantization);
            var samples = new byte[64];
            fixed (short* b = block, q = quantization)
            fixed (byte* s = samples)
            {
                InverseDct.TransformScalar(b, q, s, 8);
            }

            for (var i = 0; i < 64; i++)
            {
                Assert.That(samples[i], Is.EqualTo(Math.Clamp(exact[i] + 128, 0, 255)).Within(1.0));
            }
        }
    }

    [Test]
    public void TheForwardIsTheDefinitionWithinRounding()
    {
        var random = new Random(2);
        var samples = new byte[64];
        var block = new short[64];
        for (var n = 0; n < Blocks; n++)
        {
            random.NextBytes(samples);
            fixed (byte* s = samples)
            fixed (short* b = block)
            {
                ForwardDct.TransformScalar(s, 8, b);
            }

            for (var v = 0; v < 8; v++)
            {
                for (var u = 0; u < 8; u++)
                {
                    var sum = 0.0;
                    for (var i = 0; i < 64; i++)
                    {
                        sum += (samples[i] - 128) * Basis(i / 8, v) * Basis(i % 8, u);
                    }

                    Assert.That(block[(v * 8) + u] / 8.0, Is.EqualTo(sum).Within(0.75));
                }
            }
        }
    }

    [Test]
    public void VectorsGiveTheSameBits()
    {
        if (!Avx2.IsSupported)
        {
            Assert.Ignore("this processor has no AVX2");
        }

        var random = new Random(3);
        var (plain, vector) = (new byte[64], new byte[64]);
        var (plainBlock, vectorBlock) = (new short[64], new short[64]);
        for (var n = 0; n < Blocks; n++)
        {
            // Every fourth block is beyond all that an encoder writes.
            var (block, quantization) = RandomBlock(random, amplitude: n % 4 == 0 ? 30_000 : 1 + (n % 60));
            fixed (short* b = block, q = quantization, pb = plainBlock, vb = vectorBlock)
            fixed (byte* p = plain, v = vector)
            {
                InverseDct.TransformScalar(b, q, p, 8);
                InverseDct.TransformAvx2(b, q, v, 8);
                Assert.That(vector, Is.EqualTo(plain));
                random.NextBytes(plain.AsSpan(0, n % 64));
                ForwardDct.TransformScalar(p, 8, pb);
                ForwardDct.TransformAvx2(p, 8, vb);
                Assert.That(vectorBlock, Is.EqualTo(plainBlock));
            }
        }
    }

    [Test]
    public void ABlockOfDcAloneIsAShortcutForTheWholeTransform()
    {
        var block = new short[64];
        short[] quantization = [.. Enumerable.Repeat((short)3, 64)];
        var (whole, shortcut) = (new byte[64], new byte[64]);
        fixed (short* b = block, q = quantization)
        fixed (byte* w = whole, s = shortcut)
        {
            for (short dc = -900; dc <= 900; dc++)
            {
                b[0] = dc;
                InverseDct.TransformScalar(b, q, w, 8);
                InverseDct.TransformDc(dc, q[0], s, 8);
                Assert.That(shortcut, Is.EqualTo(whole), $"DC {dc}");
            }
        }
    }

    /// <summary>Few coefficients, as photographs have, the larger the lower their frequency.</summary>
    private static (short[] Block, short[] Quantization) RandomBlock(Random random, int amplitude)
    {
        var block = new short[64];
        var quantization = new short[64];
        for (var i = 0; i < 64; i++)
        {
            quantization[i] = (short)random.Next(1, 12);
            var range = amplitude / (1 + (i / 8) + (i % 8));
            block[i] = random.Next(3) == 0 ? (short)0 : (short)random.Next(-range, range + 1);
        }

        return (block, quantization);
    }

    private static double[] Inverse(short[] block, short[] quantization)
    {
        var result = new double[64];
        for (var i = 0; i < 64; i++)
        {
            for (var k = 0; k < 64; k++)
            {
                result[i] += block[k] * quantization[k] * Basis(i / 8, k / 8) * Basis(i % 8, k % 8);
            }
        }

        return result;
    }

    /// <summary>The orthonormal DCT-II: frequency <paramref name="k"/> at position <paramref name="x"/>.</summary>
    private static double Basis(int x, int k) => Math.Cos(((2 * x) + 1) * k * Math.PI / 16) * (k == 0 ? Math.Sqrt(0.125) : 0.5);
}
