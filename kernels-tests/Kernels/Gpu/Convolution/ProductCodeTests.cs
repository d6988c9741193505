using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>The counts that choose tiles and parts of products are those of the machine code that ILGPU and the assembler make.</summary>
internal sealed class ProductCodeTests
{
    private const int Sm90 = 90;

    /// <summary>
    /// Of a kernel that is not as <see cref="ProductCode"/> says the message is the row to write there. Whoever does that changes which
    /// tile and how many parts of the depth some layers get on a card, and so the bits there.
    /// </summary>
    [Test]
    [Exhaustive]
    public void CountsAreThoseOfTheMachineCode()
    {
        MachineCode.SkipUnlessRelease("11.8");
        using var compiler = KernelCompiler.ToPtx(Sm90);
        var texts = ProductKernels.All.Select(kernel => (Kernel: kernel, Ptx: compiler.Compile(Entry(kernel)))).ToList();
        var counted = texts.AsParallel().AsOrdered().Select(text => (text.Kernel, Code: Counted(text.Ptx))).ToList();
        Assert.Multiple(() =>
        {
            foreach (var (kernel, code) in counted)
            {
                Assert.That(
                    ProductCode.Of(kernel), Is.EqualTo(code),
                    $"{Entry(kernel).Name}: new({code.Registers}, {code.Before}, {code.Behind})");
            }
        });
    }

    /// <summary>
    /// The long loop is the one that multiplies. Before it is what leads there, so not the sums of rows, which some groups compute instead;
    /// behind it is what leads from there to an end without the barrier at which a tile's groups learn which of them is the last.
    /// </summary>
    private static ProductCode Counted(string ptx)
    {
        const int MultiplyAdd = 0x223, Matrices = 0x23C;
        var flow = new MachineFlow(MachineCode.Instructions(ptx, Sm90), Sm90);
        var loop = flow.LoopWithMost(flow.Code.Any(instruction => instruction.Opcode == Matrices) ? Matrices : MultiplyAdd);
        var before = flow.From([0]);
        before.IntersectWith(flow.To(loop));
        before.ExceptWith(loop);

        var joins = Enumerable.Range(0, flow.Code.Count).Where(place => flow.Code[place].JoinsConditions).ToHashSet();
        var behind = flow.From(loop, joins);
        behind.IntersectWith(flow.To(flow.Exits, joins));
        behind.ExceptWith(loop);
        return new(MachineCode.Assemble(ptx, Sm90).Registers, before.Count, behind.Count);
    }

    private static KernelEntry Entry(ProductKernel kernel) => KernelCatalog.All.First(entry => entry.Method == kernel.Kernel.Method);
}
