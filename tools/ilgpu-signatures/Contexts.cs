using System.Collections.Immutable;
using ILGPU.Runtime;

namespace ILGPU.Util
{
    public abstract class DisposeBase : IDisposable
    {
        public bool IsDisposed => throw null!;

        public void Dispose() => throw null!;
    }
}

namespace ILGPU
{
    public enum ClearCacheMode
    {
        Default,
        Everything,
    }

    public sealed class CapabilityNotSupportedException : Exception;

    public class ContextProperties
    {
        private protected ContextProperties()
        {
        }
    }

    public sealed class Context : Util.DisposeBase
    {
        private Context()
        {
        }

        public ImmutableArray<Device> Devices => throw null!;

        public static Context Create(Action<Builder> buildingCallback) => throw null!;

        public TDevice GetDevice<TDevice>(int deviceIndex)
            where TDevice : Device => throw null!;

        public DeviceCollection<TDevice> GetDevices<TDevice>()
            where TDevice : Device => throw null!;

        public readonly ref struct DeviceCollection<TDevice>
            where TDevice : Device
        {
            public int Count => throw null!;
        }

        public sealed class Builder : ContextProperties
        {
            private Builder()
            {
            }
        }
    }

    public static class AlgorithmContext
    {
        public static Context.Builder EnableAlgorithms(this Context.Builder builder) => throw null!;
    }
}
