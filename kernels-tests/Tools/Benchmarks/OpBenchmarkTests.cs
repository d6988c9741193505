using System.Reflection;
using BenchmarkDotNet.Attributes;
using IlgpuGan.Benchmarks.Ops;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.ToolsTests.Benchmarks;

/// <summary>The benchmarks time what they say: every kernel has one, peers compute what the engine does, costs are declared.</summary>
internal sealed class OpBenchmarkTests
{
    private static readonly Type[] s_classes =
        [.. typeof(OpBenchmark).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(OpBenchmark)) && !t.IsAbstract)];

    [Test]
    public void EveryKernelHasABenchmark()
    {
        var timed = KernelTable.Timed.Select(c => c.Row).ToHashSet();
        var called = KernelTable.Small.Where(c => timed.Contains(c.Row)).Select(c => c.Call(new NoArrays()).GetType());
        var kernels = typeof(KernelCall).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(KernelCall)) && !t.IsAbstract
            && t.GetProperty(nameof(KernelCall.Parts))!.DeclaringType == typeof(KernelCall));
        Assert.That(kernels.Except(called).Except([typeof(ExchangeCall)]), Is.Empty, "kernels without a benchmark");
    }

    /// <summary>Of each row that others compute, too, the smallest size.</summary>
    [TestCaseSource(nameof(PeerCases))]
    public void PeersComputeWhatTheEngineDoes(string name)
    {
        var benchmark = new PeerBenchmarks { Case = name };
        benchmark.SetUp();
        benchmark.Engine();
        benchmark.Peer();
        var (result, expected) = (benchmark.ReadResult(), benchmark.Made);
        benchmark.CleanUp();
        Assert.That(RelativeError.Of(result, Numbers.Double(expected)), Is.LessThan(2e-4));
    }

    private static IEnumerable<string> PeerCases() => PeerBenchmarks.Cases.DistinctBy(name => name[..name.IndexOf(':',
        StringComparison.Ordinal)]);

    [TestCaseSource(nameof(s_classes))]
    public void EveryMethodRunsAndDeclaresItsCost(Type type)
    {
        var benchmark = Open(type);
        foreach (var method in Methods(type))
        {
            method.Invoke(benchmark, null);
            Assert.That(benchmark.Cost().Bytes, Is.GreaterThan(0), method.Name);
        }

        benchmark.CleanUp();
    }

    /// <summary>An instance with the first case, on two threads.</summary>
    private static OpBenchmark Open(Type type)
    {
        var benchmark = (OpBenchmark)Activator.CreateInstance(type)!;
        var cases = (IEnumerable<string>)type.GetProperty(nameof(KernelBenchmarks.Cases))!.GetValue(null)!;
        type.GetProperty(nameof(KernelBenchmarks.Case))!.SetValue(benchmark, cases.First());
        benchmark.SetUp();
        return benchmark;
    }

    private static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetMethods().Where(m => m.GetCustomAttribute<BenchmarkAttribute>() is not null);
}
