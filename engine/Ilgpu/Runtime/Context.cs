using System.Collections.Immutable;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Util;

namespace ILGPU;

/// <summary>The devices that kernels can run on, and the settings they are compiled with.</summary>
public sealed partial class Context : DisposeBase
{
    public const string RuntimeAssemblyName = "ILGPURuntime";

    private Context(Builder builder)
    {
        Properties = new(builder);
        Devices = builder.Devices.Count == 0 ? [CPUDevice.Default] : [.. builder.Devices];
    }

    /// <summary>Raised when an accelerator of this context was opened.</summary>
    public event EventHandler<Accelerator>? AcceleratorCreated;

    /// <summary>The ILGPU version whose API this is.</summary>
    public static string Version => "1.5.3";

    public ImmutableArray<Device> Devices { get; }

    public ContextProperties Properties { get; }

    public static Builder Create() => new();

    public static Context Create(Action<Builder> buildingCallback)
    {
        ArgumentNullException.ThrowIfNull(buildingCallback);
        Builder builder = Create();
        buildingCallback(builder);
        return builder.ToContext();
    }

    public static Context CreateDefault() => Create(builder => builder.Default());

    public static Context CreateDefaultAutoAssertions() => Create(builder => builder.Default().AutoAssertions());

    public static Context CreateDefaultAutoDebug() => Create(builder => builder.Default().AutoDebug());

    public ImmutableArray<Device>.Enumerator GetEnumerator() => Devices.GetEnumerator();

    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    /// <exception cref="NotSupportedException">There are fewer devices of that kind.</exception>
    public TDevice GetDevice<TDevice>(int deviceIndex)
        where TDevice : Device => GetDevices<TDevice>()[deviceIndex];

    public DeviceCollection<TDevice> GetDevices<TDevice>()
        where TDevice : Device => new([.. Devices.OfType<TDevice>()]);

    /// <summary>The first CPU device, or the other device with the most memory.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public Device GetPreferredDevice(bool preferCPU) => GetPreferredDevices(preferCPU, matchingDevicesOnly: false).First();

    /// <summary>All devices of the preferred kind, the best first.</summary>
    /// <param name="preferCPU">Whether CPU devices come first.</param>
    /// <param name="matchingDevicesOnly">Whether to keep only those equal to the best one in type and memory size.</param>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public IEnumerable<Device> GetPreferredDevices(bool preferCPU, bool matchingDevicesOnly)
    {
        Device[] cpus = [.. Devices.Where(device => device.AcceleratorType == AcceleratorType.CPU)];
        Device[] others =
            [.. Devices.Where(device => device.AcceleratorType != AcceleratorType.CPU).OrderByDescending(device => device.MemorySize)];
        Device[] preferred = preferCPU ? cpus : others.Length > 0 ? others : cpus;
        if (preferred.Length == 0)
        {
            throw new NotSupportedException("The context has no device of the preferred kind.");
        }

        return matchingDevicesOnly
            ? preferred.Where(d => d.AcceleratorType == preferred[0].AcceleratorType && d.MemorySize == preferred[0].MemorySize)
            : preferred;
    }

    /// <summary>Forgets nothing: compiled kernels are kept by the accelerators.</summary>
    public void ClearCache(ClearCacheMode mode)
    {
    }

    internal void OnAcceleratorCreated(Accelerator accelerator) => AcceleratorCreated?.Invoke(this, accelerator);

    protected override void Dispose(bool disposing)
    {
    }

    /// <summary>The devices of one kind.</summary>
    public readonly ref struct DeviceCollection<TDevice>
        where TDevice : Device
    {
        private readonly ReadOnlySpan<TDevice> _devices;

        internal DeviceCollection(TDevice[] devices) => _devices = devices;

        /// <summary>The type of the first device.</summary>
        /// <exception cref="NotSupportedException">The collection is empty.</exception>
        public AcceleratorType AcceleratorType => this[0].AcceleratorType;

        public int Count => _devices.Length;

        /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
        /// <exception cref="NotSupportedException">There are fewer devices.</exception>
        public TDevice this[int deviceIndex]
        {
            get
            {
                ArgumentOutOfRangeException.ThrowIfNegative(deviceIndex);
                return deviceIndex < _devices.Length
                    ? _devices[deviceIndex]
                    : throw new NotSupportedException(
                        $"There are {_devices.Length} devices of type {typeof(TDevice).Name}; number {deviceIndex} was asked for.");
            }
        }

        public Enumerator GetEnumerator() => new(_devices);

        public ref struct Enumerator
        {
            private ReadOnlySpan<TDevice>.Enumerator _inner;

            internal Enumerator(ReadOnlySpan<TDevice> devices) => _inner = devices.GetEnumerator();

            public TDevice Current => _inner.Current;

            public bool MoveNext() => _inner.MoveNext();
        }
    }
}
