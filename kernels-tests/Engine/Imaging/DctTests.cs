using System.Runtime.Intrinsics.X86;
using IlgpuGan.Imaging.Jpeg;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>The plain DCTs have the bits of the vectorised ones, which the files of libjpeg judge.</summary>
internal sealed unsafe class DctTests
{
    private const int Blocks = 500;

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
}
