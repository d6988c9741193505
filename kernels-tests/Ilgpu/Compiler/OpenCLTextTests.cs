using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using IlgpuGan.KernelsTests.Ilgpu.Conformance;
using NUnit.Framework;
using Half = ILGPU.Half;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// What OpenCL C 1.2 without extensions demands of every kernel of the engine and of the conformance suite, read off their texts: an
/// address space with every pointer, nothing of later versions, and no extension that the device has not reported.
/// </summary>
public sealed partial class OpenCLTextTests
{
    private static readonly OpenCLTarget s_bare = new(Float64: false, Float16: false, Int64Atomics: false);

    /// <summary>All but those that read views from buffers, which OpenCL refuses.</summary>
    private static readonly MethodInfo[] s_kernels =
        [.. KernelCatalog.Engine, .. KernelCatalog.Conformance.Where(kernel => kernel.DeclaringType != typeof(StoredViewTests))];

    private (string Name, string Text)[] _texts = [];

    [OneTimeSetUp]
    public void Compile() =>
        _texts = [.. s_kernels.Select(
            kernel => (KernelCatalog.Path(kernel), KernelCompiler.Compile(KernelCatalog.Request(kernel, Compiling.OpenCL)).Text))];

    [Test]
    public void EveryPointerNamesItsAddressSpace()
    {
        var pointers = 0;
        foreach (var (name, text) in _texts)
        {
            foreach (Match pointer in Pointer().Matches(text))
            {
                pointers++;
                Assert.That(pointer.Groups["space"].Success, Is.True, $"{name}: '{pointer.Value}' has no address space");
            }
        }

        Assert.That(pointers, Is.GreaterThan(5_000));
    }

    /// <summary>Each link stands in its reader's expression. Writing one twice would double the time at every link.</summary>
    [Test]
    public void LongChainsTakeTimeInProportionToTheirLength()
    {
        var text = Compiling.Compile(Chain, Compiling.OpenCL).Text;
        Assert.That(text.Split("fma(").Length - 1, Is.EqualTo(30));

        static void Chain(Index1D i, ArrayView<float> a)
        {
            float p = 1, x = a[i];
            for (int k = 1; k <= 30; k++)
            {
                p = MathF.FusedMultiplyAdd(p, x, k);
            }

            a[i] = p;
        }
    }

    [Test]
    public void NothingIsNewerThanOpenCL12()
    {
        foreach (var (name, text) in _texts)
        {
            Assert.That(text, Does.Not.Match(@"\bsub_group_|\bwork_group_|\bgeneric\b|\bto_(global|local|private)\(|\bpipe\b"), name);
            Assert.That(text, Does.Not.Match(@"\batomic_(load|store|fetch|flag|init|work_item_fence)"), name);
        }
    }

    [Test]
    public void ExtensionsAreThoseReported()
    {
        foreach (var (name, text) in _texts)
        {
            var extensions = Extension().Matches(text).Select(match => match.Groups[1].Value);
            Assert.That(
                extensions, Is.SubsetOf(new[] { "cl_khr_fp64", "cl_khr_int64_base_atomics", "cl_khr_int64_extended_atomics" }), name);
        }
    }

    /// <summary>On a device that reports nothing a kernel does without, or says what it lacks.</summary>
    [Test]
    public void KernelsDoWithoutExtensionsOrSayWhichTheyNeed()
    {
        var (compiled, lacking) = (0, new Dictionary<string, int>());
        foreach (var kernel in s_kernels)
        {
            try
            {
                var text = KernelCompiler.Compile(KernelCatalog.Request(kernel, s_bare)).Text;
                compiled++;
                Assert.That(text, Does.Not.Match(@"#pragma|\bdouble\b|\batom_"), KernelCatalog.Path(kernel));
            }
            catch (InternalCompilerException refusal)
            {
                Assert.That(refusal.InnerException, Is.TypeOf<CapabilityNotSupportedException>(), refusal.Message);
                Assert.That(refusal.Message, Does.Contain("which this OpenCL device does not support").And.Contain(kernel.Name));
                var extension = Regex.Match(refusal.Message, @"cl_khr_\w+").Value;
                lacking[extension] = lacking.GetValueOrDefault(extension) + 1;
            }
        }

        TestContext.Out.WriteLine(
            $"{compiled} kernels need nothing; {string.Join(", ", lacking.Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.That(lacking.Keys, Is.EquivalentTo(new[] { "cl_khr_fp64", "cl_khr_int64_base_atomics" }));
        Assert.That(compiled, Is.GreaterThan(250));
    }

    /// <summary>Halves are stored and converted by functions of the core; nothing of the engine asks for cl_khr_fp16.</summary>
    [Test]
    public void HalvesNeedNoExtension()
    {
        static void Convert(Index1D i, ArrayView<Half> a, ArrayView<float> b) => b[i] = (float)(Half)(b[i] + a[i]);
        var text = Compiling.Compile(Convert, s_bare).Text;
        Assert.That(text, Does.Contain("vload_half").And.Contain("vstore_half_rte").And.Not.Contain("#pragma"));
    }

    // A type and an asterisk is a pointer wherever it stands: no product begins with the name of a type.
    [GeneratedRegex(
        @"(?<space>\b__(global|local|private|constant)\s+)?((const|volatile)\s+)*((?<space>\b__(global|local|private|constant)\s+))?" +
        @"\b(uchar|char|ushort|short|uint|int|ulong|long|float|double|half|void)\d*\s*\*")]
    private static partial Regex Pointer();

    [GeneratedRegex(@"#pragma OPENCL EXTENSION (\w+)")]
    private static partial Regex Extension();
}
