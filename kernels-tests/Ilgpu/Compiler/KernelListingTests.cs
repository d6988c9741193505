using System.Text.RegularExpressions;
using ILGPU.Backends;
using ILGPU.Backends.Ptx;
using ILGPU.IR;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Texts of a kernel say which line of C# each of their lines comes from, and are otherwise what they are.</summary>
public sealed partial class KernelListingTests
{
    /// <summary>As nvdisasm -c -g prints it, shortened.</summary>
    private const string Disassembly =
        """
        	.headerflags	@"EF_CUDA_TEXMODE_UNIFIED EF_CUDA_SM90"
        //--------------------- .text.Kernel_Saxpy        --------------------------
        	.section	.text.Kernel_Saxpy,"ax",@progbits
        .text.Kernel_Saxpy:
        	//## File "Saxpy.cs", line 8
        	//## File ".nv_debug_ptx_txt", line 19
                /*0000*/                   LDC R1, c[0x0][0x28] ;
        	//## File "/src/Views/ArrayView.cs", line 40 inlined at "/src/Saxpy.cs", line 10
        	//## File "/src/Saxpy.cs", line 10
                /*0010*/              @!P0 IMAD R0, R1, 0x4, R2 ;
                /*0020*/                   BRA `(.L_x_0) ;
        .L_x_0:
        	//## File ".nv_debug_ptx_txt", line 30
                /*0030*/                   EXIT ;
        """;

    private static readonly KernelTarget[] s_targets = [Compiling.Sm90, Compiling.OpenCL];

    [Test]
    public void TheIrIsListedAsItIsPrinted()
    {
        var image = Saxpy(Compiling.Sm90);
        var lines = KernelListing.OfIr(image.Function);
        Assert.That(string.Concat(lines.Select(line => line.Text + "\n")), Is.EqualTo(Printer.Print(image.Function)));
        Assert.That(lines.Where(line => line.Text.Contains("store.f32", StringComparison.Ordinal)).Select(line => line.Place),
            Is.Not.Empty.And.All.EqualTo(Statement()));
    }

    [TestCaseSource(nameof(s_targets))]
    public void TextsNameTheirLinesAndLoseNothingElse(KernelTarget target)
    {
        var text = Saxpy(target).Text;
        var lines = KernelListing.OfText(text);
        Assert.That(string.Concat(lines.Select(line => line.Text + "\n")), Is.EqualTo(Comment().Replace(text, "")));
        var store = lines.Where(line => Store().IsMatch(line.Text)).ToList();
        Assert.That(store.Select(line => line.Place), Is.Not.Empty.And.All.EqualTo(Statement()));
        Assert.That(lines[0].Place, Is.Null, "what stands before the kernel comes from no line");
    }

    [Test]
    public void CommentsInOpenClCChangeNothingElse()
    {
        var plain = KernelCompiler.Compile(Compiling.Request(SaxpyKernel.Saxpy, Compiling.OpenCL).WithPromises()).Text;
        var text = Saxpy(Compiling.OpenCL).Text;
        Assert.That(plain, Does.Not.Contain("Saxpy.cs"));
        Assert.That(text, Does.Contain($"// {Statement()}\n"));
        Assert.That(Comment().Replace(text, ""), Is.EqualTo(plain));
    }

    [Test]
    public void TheAssemblerGetsDirectivesInPlaceOfComments()
    {
        var ptx = Saxpy(Compiling.Sm90).Text;
        var text = KernelListing.WithLineDirectives(ptx);
        var number = Statement().Split(':')[1];
        Assert.That(text, Does.Match($@"\.loc \d+ {number} 0\n").And.Match(@"\.file \d+ ""Saxpy\.cs""\n"));
        Assert.That(Location().Count(text), Is.EqualTo(Comment().Count(ptx)));
        Assert.That(File().Replace(Location().Replace(text, ""), ""), Is.EqualTo(Comment().Replace(ptx, "")));
        if (PtxAssembler.Executable is not null)
        {
            Assert.That(PtxAssembler.Binary(text, Compiling.Sm90.Sm, keepLines: true), Is.Not.Empty);
        }
    }

    [Test]
    public void MachineCodeBelongsToTheInnermostLine() =>
        Assert.That(
            KernelListing.OfSass(Disassembly),
            Is.EqualTo(new ListingLine[]
            {
                new("0000  LDC R1, c[0x0][0x28]", "Saxpy.cs:8"),
                new("0010  @!P0 IMAD R0, R1, 0x4, R2", "ArrayView.cs:40"),
                new("0020  BRA `(.L_x_0)", "ArrayView.cs:40"),
                new(".L_x_0:", null),
                new("0030  EXIT", "ArrayView.cs:40"),
            }));

    [Test]
    public void ThereIsMachineCodeOrAReason()
    {
        if (SassDisassembler.Hindrance is { } why)
        {
            Assert.That(why, Does.Contain("found: set ILGPUGAN_"));
            Assert.That(
                () => SassDisassembler.List(Saxpy(Compiling.Sm90).Text, Compiling.Sm90.Sm),
                Throws.InvalidOperationException.With.Message.EqualTo(why));
            return;
        }

        var lines = SassDisassembler.List(Saxpy(Compiling.Sm90).Text, Compiling.Sm90.Sm);
        Assert.That(lines.Select(line => line.Text), Has.Some.Contains("EXIT").And.Some.Contains("FFMA"));
        if (SassDisassembler.NvDisasm is not null)
        {
            Assert.That(lines.Select(line => line.Place), Has.Some.EqualTo(Statement()));
        }
    }

    private static KernelImage Saxpy(KernelTarget target) =>
        KernelCompiler.Compile(Compiling.Request(SaxpyKernel.Saxpy, target).WithPromises() with { SourceLines = true });

    /// <summary>The line that does it, as listings name it; what the symbols say is held against the source itself.</summary>
    private static string Statement()
    {
        var location = Saxpy(Compiling.Simulator).Function.Instructions.First(i => i.Opcode == Opcode.Store).Location!;
        while (location.InlinedAt is { } caller)
        {
            location = caller;
        }

        Assert.That(System.IO.File.ReadLines(location.File!).ElementAt(location.Line - 1), Does.Contain("y[i] = a * x[i] + y[i];"));
        return ListingLine.PlaceOf(location)!;
    }

    [GeneratedRegex(@"^ *// \S+:\d+\n", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"st\.global| = \(float\)")]
    private static partial Regex Store();

    [GeneratedRegex(@"^ *\.loc .*\n", RegexOptions.Multiline)]
    private static partial Regex Location();

    [GeneratedRegex(@"^\.file .*\n", RegexOptions.Multiline)]
    private static partial Regex File();
}
