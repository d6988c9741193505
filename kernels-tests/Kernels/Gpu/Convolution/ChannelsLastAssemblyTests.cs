using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>Rung 8 as machine code: what a multiplication costs besides itself.</summary>
internal sealed class ChannelsLastAssemblyTests
{
    private const int Multiplication = 0x23C, MatrixRead = 0x83B, Read = 0x984, Copy = 0xFAE, Branch = 0x947;

    /// <summary>
    /// The course's table: instructions of the loop for each multiplication, and cycles that the path to shared memory, 128 bytes each, is
    /// busy for 256 of them, which take as many cycles of a tensor core.
    /// </summary>
    [TestCase("turns-bf16", 80)]
    [TestCase("turns-bf16", 86, Category = Exhaustive.Category)]
    [TestCase("turns-bf16", 89, Category = Exhaustive.Category)]
    [TestCase("turns-bf16", 90, Category = Exhaustive.Category)]
    [TestCase("turns-tf32", 80, Category = Exhaustive.Category)]
    [TestCase("turns-tf32", 86, Category = Exhaustive.Category)]
    [TestCase("turns-tf32", 89, Category = Exhaustive.Category)]
    [TestCase("turns-tf32", 90, Category = Exhaustive.Category)]
    [TestCase("gradient-bf16", 80, Category = Exhaustive.Category)]
    [TestCase("gradient-bf16", 86, Category = Exhaustive.Category)]
    [TestCase("gradient-bf16", 89, Category = Exhaustive.Category)]
    [TestCase("gradient-bf16", 90, Category = Exhaustive.Category)]
    [TestCase("gradient-tf32", 80, Category = Exhaustive.Category)]
    [TestCase("gradient-tf32", 86, Category = Exhaustive.Category)]
    [TestCase("gradient-tf32", 89, Category = Exhaustive.Category)]
    [TestCase("gradient-tf32", 90, Category = Exhaustive.Category)]
    [MaxSeconds(20)] // The assembler takes seconds for a kernel.
    public void TheLoopMultiplies(string kernel, int sm)
    {
        var ptx = Ptx(kernel, sm);
        var figures = MachineCode.Assemble(ptx, sm);
        var loop = MachineCode.LoopWith(ptx, sm, Multiplication, Branch);
        int Count(int opcode) => loop.Count(instruction => instruction.Opcode == opcode);
        var multiplications = Count(Multiplication);
        var each = (double)loop.Count / multiplications;
        const int Lanes = 32, Warps = TurnsTile.Threads / Lanes;
        var read = (16 * Count(MatrixRead))
            + loop.Where(instruction => instruction.Opcode == Read).Sum(instruction => instruction.ReadBytes);
        var path = Warps * Lanes * (read + (16 * Count(Copy))) / 128.0 / (Warps * multiplications / 256.0);
        TestContext.Out.WriteLine(
            $"{kernel} sm_{sm}: {figures.Registers} registers, {loop.Count} / {multiplications} = {each:0.00}, path {path:0}");
        Assert.Multiple(() =>
        {
            Assert.That((figures.StackBytes, figures.SpillBytes), Is.EqualTo((0, 0)));
            Assert.That(figures.SharedBytes, Is.LessThanOrEqualTo(48 * 1024));
            Assert.That((multiplications, read, Count(Copy)), Is.EqualTo((64, 16 * 16, 8)));
            Assert.That(each, Is.LessThanOrEqualTo(3));
            Assert.That(path, Is.LessThanOrEqualTo(400));
        });
    }

    private static string Ptx(string name, int sm)
    {
        MachineCode.SkipWithoutAssembler();
        using var compiler = KernelCompiler.ToPtx(sm);
        return compiler.Compile(KernelCatalog.All.Single(kernel => kernel.Name == "channels-last/" + name));
    }
}
