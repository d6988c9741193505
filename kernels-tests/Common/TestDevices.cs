using System.Collections;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.PtxMachine.Driver;
using NUnit.Framework.Internal;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// The devices that the suites run on, by name, each opened once; <c>ptx</c> is the cuda device on a driver that interprets PTX. A test on
/// one that this machine lacks is skipped, with the reason.
/// </summary>
internal sealed class TestDevices : IEnumerable
{
    /// <summary>
    /// Set for processes that a tool watches: no memory is used twice, and the names of all kernels launched go to this file.
    /// </summary>
    public const string WatchedKernels = "ILGPUGAN_TESTS_WATCHED_KERNELS";

    private static readonly Dictionary<string, Device> s_open = [];

    /// <summary>That took the PTX machine last.</summary>
    private static Test? s_test;

    public static bool IsWatched => Environment.GetEnvironmentVariable(WatchedKernels) is not null;

    public IEnumerator GetEnumerator()
    {
        yield return "cpu";
        yield return "opencl";
        yield return "ptx";
        foreach (var card in new Card())
        {
            yield return card;
        }
    }

    public static Device Open(string name)
    {
        lock (s_open)
        {
            if (!s_open.TryGetValue(name, out var device))
            {
                s_open.Add(name, device = OpenOrSkip(name));
            }

            if (name == "ptx" && TestExecutionContext.CurrentContext.CurrentTest is var test && test != s_test)
            {
                s_test = test;
                TakePlainProducts((GpuDevice)device, !Exhaustive.Is(test));
            }

            return device;
        }
    }

    /// <summary>
    /// Products by the plain kernel, or by that of the table: ILGPU compiles one of those for ten seconds. In the fast suite tests take the
    /// plain one on the PTX machine, unless they choose; each of the others has a small case of its own there.
    /// </summary>
    public static void TakePlainProducts(GpuDevice device, bool plain = true) =>
        ((GpuKernels)device.OwnKernels).Products.Forced = plain ? new ProductVariant(ProductRung.Tiled, TileShape.Medium, 1) : null;

    /// <summary>The kernels of the catalogue that were launched on any device.</summary>
    public static IEnumerable<string> LaunchedKernels()
    {
        lock (s_open)
        {
            var launched = s_open.Values.OfType<GpuDevice>().SelectMany(device => device.Queue.Kernels).ToHashSet();
            return [.. KernelCatalog.All.Where(kernel => launched.Contains(kernel.Method)).Select(kernel => kernel.Name)];
        }
    }

    /// <summary>
    /// Those that are quick enough for large arrays and whole networks: kernels are compiled there, not interpreted, and by compilers that
    /// take little time for it.
    /// </summary>
    internal sealed class Fast : IEnumerable
    {
        public IEnumerator GetEnumerator() =>
            new TestDevices().Cast<string>().Where(name => name is not "ptx").GetEnumerator();
    }

    /// <summary>
    /// The processor in the fast suite, all others in the exhaustive one: for fixtures that take long where kernels are interpreted or
    /// compiled.
    /// </summary>
    internal sealed class CpuFirst : IEnumerable
    {
        public IEnumerator GetEnumerator() => new TestDevices().Cast<string>().Select(Fixture).GetEnumerator();

        private static TestFixtureData Fixture(string name)
        {
            var fixture = new TestFixtureData(name);
            return name == "cpu" ? fixture : Exhaustive.Mark(fixture);
        }
    }

    /// <summary>Those that interpret GPU kernels anywhere, without a driver.</summary>
    internal sealed class Interpreters : IEnumerable
    {
        public IEnumerator GetEnumerator() => new[] { "ptx" }.GetEnumerator();
    }

    /// <summary>
    /// <c>cuda</c> where there is a card; where there is none, nothing to be skipped a thousand times: <see cref="CardTests"/> says it
    /// once.
    /// </summary>
    internal sealed class Card : IEnumerable<string>
    {
        private static readonly Lazy<bool> s_isHere = new(() => AcceleratorSearch.Count("cuda") > 0);

        public IEnumerator<string> GetEnumerator() => (s_isHere.Value ? (IEnumerable<string>)["cuda"] : []).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private static Device OpenOrSkip(string name)
    {
        try
        {
            var device = name == "ptx" ? PtxDriver.Open() : Device.Open(name, threads: 2);
            device.Pool.Recycles = !IsWatched;
            return device;
        }
        catch (DeviceException exception) when (name is "opencl" or "cuda")
        {
            Assert.Ignore(exception.Message);
            throw;
        }
    }
}
