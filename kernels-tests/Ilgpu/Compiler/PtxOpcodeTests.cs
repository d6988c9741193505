using System.Text.RegularExpressions;
using ILGPU.Backends;
using ILGPU.Backends.Ptx;
using ILGPU.IR;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>The opcodes of the emitter are those of its texts.</summary>
public sealed partial class PtxOpcodeTests
{
    private static readonly HashSet<string> s_known = [.. Enum.GetValues<PtxOpcode>().Select(opcode => opcode.Text())];

    [Test]
    public void OpcodesAreWrittenAsPtxSpellsThem()
    {
        Assert.That(PtxOpcode.Mad.Text(), Is.EqualTo("mad"));
        Assert.That(PtxOpcode.Ex2.Text(), Is.EqualTo("ex2"));
        Assert.That(PtxOpcode.Copysign.Text(), Is.EqualTo("copysign"));
        Assert.That(s_known, Has.Count.EqualTo(Enum.GetValues<PtxOpcode>().Length));
        Assert.That(s_known, Is.All.Match("^[a-z]+[0-9]?$"));
    }

    /// <summary>Every instruction of every conformance kernel is one of them, but for what kernels write as PTX themselves.</summary>
    [Test]
    public void KernelsHaveNoOtherInstructions()
    {
        var used = new HashSet<string>();
        foreach (var kernel in KernelCatalog.Conformance)
        {
            var image = KernelCompiler.Compile(KernelCatalog.Request(kernel, Compiling.Sm90));
            if (image.Function.Instructions.Any(i => i.Opcode == Opcode.InlinePtx))
            {
                continue;
            }

            used.UnionWith(Instruction().Matches(image.Text).Select(match => match.Groups["opcode"].Value));
        }

        Assert.That(used.Except(s_known), Is.Empty);
        Assert.That(used, Does.Contain("setp").And.Contain("atom").And.Contain("shfl").And.Contain("bar").And.Contain("cvt"));
    }

    /// <summary>A line of a kernel's body, behind the predicate that guards it.</summary>
    [GeneratedRegex(@"^    (?:@!?%p\d+ )?(?<opcode>[a-z][a-z0-9]*)(?=[. ;]).*;$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Instruction();
}
