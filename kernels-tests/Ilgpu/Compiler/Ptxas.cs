using System.Buffers.Binary;
using ILGPU.Backends;
using ILGPU.Backends.Ptx;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// The assembler's word on kernels: a test is skipped where there is no assembler and fails with its message where it refuses.
/// </summary>
internal static class Ptxas
{
    /// <summary>From sm_70 on.</summary>
    private const int InstructionBytes = 16;

    public static AssemblyReport Assemble(KernelImage image) => Assemble(image.Text, image.Target)[0];

    /// <summary>Kernels of one target in one go, which takes a fraction of the time of one by one; reports in the same order.</summary>
    public static IReadOnlyList<AssemblyReport> Assemble(IReadOnlyList<KernelImage> images) =>
        Assemble(PtxModule.Join(images), images[0].Target);

    /// <summary>Instructions of a kernel's machine code, with those that fill it up to a whole line of the cache.</summary>
    public static int Instructions(KernelImage image) => Opcodes(image).Count;

    /// <summary>What a kernel's machine instructions do, in their order: the lowest 12 bits of each, from sm_70 on.</summary>
    public static IReadOnlyList<int> Opcodes(KernelImage image)
    {
        var text = CubinSections.Bytes(Binary(image), ".text." + image.EntryPoint).Span;
        var opcodes = new int[text.Length / InstructionBytes];
        for (var i = 0; i < opcodes.Length; i++)
        {
            opcodes[i] = BinaryPrimitives.ReadUInt16LittleEndian(text[(i * InstructionBytes)..]) & 0xFFF;
        }

        return opcodes;
    }

    private static void SkipWithoutAssembler()
    {
        if (PtxAssembler.Executable is null)
        {
            Assert.Ignore("ptxas was not found: set ILGPUGAN_PTXAS or put it into the PATH");
        }
    }

    private static byte[] Binary(KernelImage image)
    {
        SkipWithoutAssembler();
        return PtxAssembler.Binary(image.Text, ((PtxTarget)image.Target).Sm);
    }

    private static IReadOnlyList<AssemblyReport> Assemble(string text, KernelTarget target)
    {
        SkipWithoutAssembler();
        return PtxAssembler.Assemble(text, ((PtxTarget)target).Sm);
    }
}
