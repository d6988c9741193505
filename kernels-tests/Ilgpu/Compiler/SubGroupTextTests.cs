using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Backends;
using NUnit.Framework;
using Group = ILGPU.Group;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>What kernels that work in warps become in OpenCL C, with sub-groups and without.</summary>
public sealed partial class SubGroupTextTests
{
    private static readonly OpenCLTarget s_khronos = Compiling.OpenCL with { SubGroups = new(64, IsDemanded: false, IsKhronos: true) };

    private static readonly OpenCLTarget s_intel = Compiling.OpenCL with { SubGroups = new(16, IsDemanded: true, IsKhronos: false) };

    [TestCase(ShuffleUp, "up", "lane - operand")]
    [TestCase(ShuffleDown, "down", "lane + operand")]
    [TestCase(ShuffleXor, "xor", "lane ^ operand")]
    [TestCase(ShuffleIndex, "index", "segment + (operand & (width - 1))")]
    public void AShuffleReadsWhatExists(string kernel, string kind, string source)
    {
        var text = Text(kernel, s_khronos);
        Assert.That(text, Does.Contain("#pragma OPENCL EXTENSION cl_khr_subgroups : enable\n"));
        Assert.That(text, Does.Contain("#pragma OPENCL EXTENSION cl_khr_subgroup_shuffle : enable\n"));
        Assert.That(text, Does.Contain($"static float shuffle_{kind}_float(float value, int operand, int width)\n{{\n"));
        Assert.That(text, Does.Contain($"    int source = {source};\n"));
        Assert.That(text, Does.Contain("    return sub_group_shuffle(value, (uint)(exists ? source : lane));\n"));
        Assert.That(text, Does.Match($@"= shuffle_{kind}_float\(\w+, 3, 64\);"));
        Assert.That(text, Does.Not.Contain("intel"));
        var function = text.IndexOf("static float shuffle", StringComparison.Ordinal);
        var entry = text.IndexOf("__kernel ", StringComparison.Ordinal);
        Assert.That(function, Is.LessThan(entry), "declared before it is called");
    }

    [Test]
    public void IntelsFunctionsAndSizeAreAskedFor()
    {
        var text = Text(ShuffleDown, s_intel);
        Assert.That(text, Does.Contain("#pragma OPENCL EXTENSION cl_intel_subgroups : enable\n").And.Not.Contain("cl_khr_subgroup"));
        Assert.That(text, Does.Contain("__attribute__((intel_reqd_sub_group_size(16)))\n__kernel void "));
        Assert.That(text, Does.Contain("return intel_sub_group_shuffle(value, (uint)(exists ? source : lane));"));
        Assert.That(text, Does.Match(@"= shuffle_down_float\(\w+, 3, 16\);"));
    }

    [Test]
    public void LanesAndBarriersAreTheSubGroups()
    {
        var text = Text(nameof(Lanes), s_khronos);
        Assert.That(text, Does.Contain("(int)get_sub_group_local_id()"));
        Assert.That(text, Does.Contain("    sub_group_barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);\n"));
        Assert.That(text, Does.Contain("64"), "the size is a constant");
        text = Text(nameof(Lanes), Compiling.OpenCL);
        Assert.That(text, Does.Not.Contain("sub_group"));
    }

    /// <summary>Each scalar of a structure travels by itself, in its own type.</summary>
    [Test]
    public void EveryTypeHasItsFunction()
    {
        var text = Text(nameof(Wide), s_khronos);
        foreach (var type in new[] { "int", "long", "float", "double" })
        {
            Assert.That(text, Does.Contain($"static {type} shuffle_xor_{type}({type} value, int operand, int width)"));
        }
    }

    /// <summary>A reduction of a warp takes shuffles, and none where a warp is one thread.</summary>
    [Test]
    public void AlgorithmsTakeTheWarpsThatThereAre()
    {
        Assert.That(Calls().Count(Text(nameof(Reduce), s_khronos)), Is.Positive);
        Assert.That(Calls().Count(Text(nameof(Reduce), s_intel)), Is.Positive);
        Assert.That(Calls().Count(Text(nameof(Reduce), Compiling.OpenCL)), Is.Zero);
    }

    /// <summary>Kernels that do nothing in warps are the same with sub-groups as without.</summary>
    [TestCaseSource(nameof(s_targets))]
    public void OtherKernelsStayWhatTheyAre(OpenCLTarget target) =>
        Assert.That(
            Compiling.Compile(SaxpyKernel.Saxpy, target).Text, Is.EqualTo(Compiling.Compile(SaxpyKernel.Saxpy, Compiling.OpenCL).Text));

    private static readonly OpenCLTarget[] s_targets = [s_khronos, s_intel];

    private const string ShuffleUp = nameof(Up), ShuffleDown = nameof(Down), ShuffleXor = nameof(Xor), ShuffleIndex = nameof(Index);

    private static void Up(ArrayView<float> view) => view[Group.IdxX] = Warp.ShuffleUp(view[Group.IdxX], 3);

    private static void Down(ArrayView<float> view) => view[Group.IdxX] = Warp.ShuffleDown(view[Group.IdxX], 3);

    private static void Xor(ArrayView<float> view) => view[Group.IdxX] = Warp.ShuffleXor(view[Group.IdxX], 3);

    private static void Index(ArrayView<float> view) => view[Group.IdxX] = Warp.Shuffle(view[Group.IdxX], 3);

    private static void Lanes(ArrayView<int> view)
    {
        view[Group.IdxX] = Warp.LaneIdx + (Warp.WarpSize * 1000);
        Warp.Barrier();
        view[Group.IdxX] += view[Group.IdxX ^ 1];
    }

    private static void Wide(ArrayView<int> a, ArrayView<long> b, ArrayView<float> c, ArrayView<double> d)
    {
        var i = Group.IdxX;
        a[i] = Warp.ShuffleXor(a[i], 1);
        b[i] = Warp.ShuffleXor(b[i], 1);
        c[i] = Warp.ShuffleXor(c[i], 1);
        d[i] = Warp.ShuffleXor(d[i], 1);
    }

    private static void Reduce(ArrayView<int> view) =>
        view[Group.IdxX] = WarpExtensions.Reduce<int, AddInt32>(view[Group.IdxX]);

    private static string Text(string kernel, OpenCLTarget target) => KernelCompiler.Compile(Compiling.Request(
        typeof(SubGroupTextTests).GetMethod(kernel, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!,
        target)).Text;

    [GeneratedRegex(@"= shuffle_\w+\(")]
    private static partial Regex Calls();
}
