using System.Collections;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.PtxMachine.Driver;
using NUnit.Framework.Internal;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// The devices on which the suites run, by name, each opened once; <c>ptx</c> is the cuda device on a driver that interprets PTX. A test on
/// a device that this machine lacks is skipped with the reason.
/// </summary>
internal sealed class TestDevices : IEnumerable
{
    /// <summary>
    /// Set for processes under a memory checker: no memory is reused, and the names of all launched kernels are written to this file.
    /// </summary>
    public const string WatchedKernels = "ILGPUGAN_TESTS_WATCHED_KERNELS";

    private static readonly Dictionary<string, Device> s_open = [];

    /// <summary>The last test that used the PTX machine.</summary>
    private static Test? s_lastPtxTest;

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

            if (name == "ptx" && TestExecutionContext.CurrentContext.CurrentTest is var test && test != s_lastPtxTest)
            {
                s_lastPtxTest = test;
                ForcePlainProducts((GpuDevice)device, !Exhaustive.Is(test));
            }

            return device;
        }
    }

    /// <summary>
    /// Forces the plain product kernel, or restores the choice by the table. ILGPU takes ten seconds to compile one of the table's kernels,
    /// so the fast suite uses the plain one on the PTX machine by default; each of the others has a small test case there.
    /// </summary>
    public static void ForcePlainProducts(GpuDevice device, bool plain = true) =>
        ((GpuKernels)device.OwnKernels).Products.Forced = plain ? new ProductVariant(ProductRung.Tiled, TileShape.Medium, 1) : null;

    /// <summary>The names of the catalogue's kernels that were launched on any device.</summary>
    public static IEnumerable<string> LaunchedKernels()
    {
        lock (s_open)
        {
            var launched = s_open.Values.OfType<GpuDevice>().SelectMany(device => device.Queue.Kernels).ToHashSet();
            return [.. KernelCatalog.All.Where(kernel => launched.Contains(kernel.Method)).Select(kernel => kernel.Name)];
        }
    }

    /// <summary>
    /// Devices fast enough for large arrays and whole networks: their kernels are compiled quickly, not interpreted.
    /// </summary>
    internal sealed class Fast : IEnumerable
    {
        public IEnumerator GetEnumerator() =>
            new TestDevices().Cast<string>().Where(name => name is not "ptx").GetEnumerator();
    }

    /// <summary>
    /// <c>cpu</c> in the fast suite, all others in the exhaustive one: for fixtures that are slow where kernels are interpreted or
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

    /// <summary>Devices that interpret GPU kernels, without a driver.</summary>
    internal sealed class Interpreters : IEnumerable
    {
        public IEnumerator GetEnumerator() => new[] { "ptx" }.GetEnumerator();
    }

    /// <summary>
    /// <c>cuda</c> if there is a card, otherwise nothing, to avoid a thousand skipped tests: only <see cref="CardTests"/> reports it.
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
