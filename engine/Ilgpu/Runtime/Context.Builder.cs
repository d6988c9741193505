using System.Diagnostics;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace ILGPU;

/// <content>Building a context.</content>
public sealed partial class Context
{
    /// <summary>Collects devices and settings; <see cref="ToContext"/> makes the context.</summary>
    public sealed class Builder : ContextProperties
    {
        internal Builder()
        {
        }

        internal List<Device> Devices { get; } = [];

        /// <summary>Every CPU, OpenCL and CUDA default device; assertions and output where a debugger is attached.</summary>
        public Builder Default() => this.DefaultCPU().OpenCL().Cuda().AutoAssertions().AutoIOOperations();

        public Builder AllAccelerators() => AllAccelerators(_ => true);

        public Builder AllAccelerators(Predicate<Device> predicate)
        {
            ArgumentNullException.ThrowIfNull(predicate);
            return this.CPU(device => predicate(device)).OpenCL(device => predicate(device)).Cuda((CudaDevice device) => predicate(device));
        }

        public Builder Inlining(InliningMode inliningMode)
        {
            InliningMode = inliningMode;
            return this;
        }

        /// <exception cref="InvalidOperationException">The mode is lower than the one set before.</exception>
        public Builder DebugSymbols(DebugSymbolsMode debugSymbolsMode)
        {
            if (debugSymbolsMode < DebugSymbolsMode)
            {
                throw new InvalidOperationException($"Debug symbols are already at '{DebugSymbolsMode}' and can't be lowered.");
            }

            DebugSymbolsMode = debugSymbolsMode;
            return this;
        }

        /// <summary>Keeps <c>Debug.Assert</c>, <c>Trace.Assert</c> and the views' bounds checks in kernels.</summary>
        public Builder Assertions()
        {
            EnableAssertions = true;
            return this;
        }

        /// <summary>Keeps <c>Interop.Write</c> and <c>Interop.WriteLine</c> in kernels.</summary>
        public Builder IOOperations()
        {
            EnableIOOperations = true;
            return this;
        }

        /// <summary>Verifies the intermediate representation after every pass.</summary>
        public Builder Verify()
        {
            EnableVerifier = true;
            return this;
        }

        public Builder Math(MathMode mathMode)
        {
            MathMode = mathMode;
            return this;
        }

        public Builder StaticFields(StaticFieldMode fieldMode)
        {
            StaticFieldMode = fieldMode;
            return this;
        }

        public Builder Arrays(ArrayMode arrayMode)
        {
            ArrayMode = arrayMode;
            return this;
        }

        public Builder Caching(CachingMode cachingMode)
        {
            CachingMode = cachingMode;
            return this;
        }

        /// <summary><see cref="Assertions"/> where a debugger is attached.</summary>
        public Builder AutoAssertions() => Debugger.IsAttached ? Assertions() : this;

        /// <summary><see cref="IOOperations"/> where a debugger is attached.</summary>
        public Builder AutoIOOperations() => Debugger.IsAttached ? IOOperations() : this;

        /// <summary><see cref="Debug"/> where a debugger is attached.</summary>
        public Builder AutoDebug() => Debugger.IsAttached ? Debug() : this;

        public Builder Debug() =>
            Optimize(OptimizationLevel.Debug).Assertions().IOOperations().DebugSymbols(DebugSymbolsMode.Kernel);

        public Builder Release() => Optimize(OptimizationLevel.Release);

        public Builder Optimize(OptimizationLevel level)
        {
            OptimizationLevel = level;
            return this;
        }

        public Builder PageLocking(PageLockingMode mode)
        {
            PageLockingMode = mode;
            return this;
        }

        /// <summary>Allows profiling markers, which cost some streams a little time.</summary>
        public Builder Profiling()
        {
            EnableProfiling = true;
            return this;
        }

        /// <summary>
        /// Notes where NVIDIA's libdevice is, found through CUDA_PATH (Windows) or CUDA_HOME. Kernels here need none of it, so nothing is
        /// said where it is missing.
        /// </summary>
        public Builder LibDevice()
        {
            if (Environment.GetEnvironmentVariable(OperatingSystem.IsWindows() ? "CUDA_PATH" : "CUDA_HOME") is not { } home)
            {
                return this;
            }

            string library = OperatingSystem.IsWindows() ? Path.Combine(home, "nvvm", "bin") : Path.Combine(home, "nvvm", "lib64");
            return FirstFile(library, "*nvvm*") is { } nvvm
                && FirstFile(Path.Combine(home, "nvvm", "libdevice"), "libdevice.*.bc") is { } device ? LibDevice(nvvm, device) : this;
        }

        /// <summary>Names NVIDIA's libdevice. Kernels here need none of it.</summary>
        public Builder LibDevice(string libNvvmPath, string libDevicePath)
        {
            LibNvvmPath = libNvvmPath;
            LibDevicePath = libDevicePath;
            return this;
        }

        public new void SetExtensionProperty<T>(string key, T value)
            where T : struct => base.SetExtensionProperty(key, value);

        public Context ToContext() => new(this);

        private static string? FirstFile(string folder, string pattern) =>
            Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).FirstOrDefault() : null;
    }
}
