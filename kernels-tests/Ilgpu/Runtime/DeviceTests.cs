using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>What devices, accelerators and contexts say of themselves.</summary>
public sealed class DeviceTests
{
    private static void Kernel(Index1D i, ArrayView<int> values) => values[i] = i;

    private static void Explicit(ArrayView<int> values) => values[Grid.GlobalIndex.X] = Group.IdxX;

    [Test]
    public void CpuDevicesHaveTheReferencesShapes()
    {
        (CPUDevice Device, int Warp, int Threads)[] shapes =
            [(CPUDevice.Default, 4, 16), (CPUDevice.Nvidia, 32, 1024), (CPUDevice.AMD, 32, 256), (CPUDevice.LegacyAMD, 64, 256),
                (CPUDevice.Intel, 16, 128)];
        Assert.That(CPUDevice.All, Has.Length.EqualTo(5));
        foreach (var (device, warp, threads) in shapes)
        {
            Assert.That(
                (device.WarpSize, device.NumThreads, device.MaxNumThreadsPerGroup, device.AcceleratorType),
                Is.EqualTo((warp, threads, threads, AcceleratorType.CPU)));
            Assert.That(
                (device.MemorySize, device.MaxSharedMemoryPerGroup, device.MaxConstantMemory),
                Is.EqualTo((long.MaxValue, int.MaxValue, int.MaxValue)));
            Assert.That(device.MaxGridSize, Is.EqualTo(new Index3D(int.MaxValue, 65535, 65535)));
        }

        Assert.That(CPUDevice.GetDevice(CPUDeviceKind.AMD), Is.EqualTo(CPUDevice.AMD).And.Not.EqualTo(CPUDevice.Intel));
        Assert.That(CPUDevice.AMD.GetHashCode(), Is.EqualTo(CPUDevice.GetDevice(CPUDeviceKind.AMD).GetHashCode()));
        var own = new CPUDevice(8, 2, 3);
        Assert.That(
            (own.MaxNumThreads, own.NumMultiprocessors, own.MaxNumThreadsPerMultiprocessor, own.MaxGroupSize.X),
            Is.EqualTo((48, 3, 16, 16)));
        using Context context = Context.Create(builder => builder.CPU(own).CPU(device => device.WarpSize == 64).CPU());
        Assert.That(context.GetCPUDevices().Count, Is.GreaterThanOrEqualTo(2));
        Assert.That(context.GetCPUDevice(0).WarpSize, Is.EqualTo(8));
        using CPUAccelerator accelerator = context.CreateCPUAccelerator(0, CPUAcceleratorMode.Sequential, ThreadPriority.BelowNormal);
        Assert.That(
            (accelerator.Mode, accelerator.ThreadPriority, accelerator.NumThreads, accelerator.Device.WarpSize),
            Is.EqualTo((CPUAcceleratorMode.Sequential, ThreadPriority.BelowNormal, 48, 8)));
        using CPUAccelerator first = own.CreateCPUAccelerator(context),
            second = own.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);
        using CPUAccelerator third = own.CreateCPUAccelerator(context, CPUAcceleratorMode.Auto, ThreadPriority.Normal);
        using Accelerator fourth = own.CreateAccelerator(context);
        Assert.That(first.CanAccessPeer(second) && first.EnablePeerAccess(third) && first.HasPeerAccess(fourth), Is.True);
    }

    [Test]
    public void AcceleratorsPassOnWhatTheirDeviceSays()
    {
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        var created = new List<Accelerator>();
        context.AcceleratorCreated += (_, accelerator) => created.Add(accelerator);
        CudaDevice device = context.GetCudaDevice(1);
        using CudaAccelerator accelerator = device.CreateCudaAccelerator(context, CudaAcceleratorFlags.ScheduleSpin);
        Assert.That(created, Is.EqualTo(new[] { accelerator }));
        Assert.That(accelerator.Context, Is.SameAs(context));
        Assert.That(
            (
                accelerator.Name, accelerator.MemorySize, accelerator.MaxGridSize, accelerator.MaxGroupSize,
                accelerator.MaxSharedMemoryPerGroup, accelerator.MaxConstantMemory),
            Is.EqualTo((
                device.Name, device.MemorySize, device.MaxGridSize, device.MaxGroupSize, device.MaxSharedMemoryPerGroup,
                device.MaxConstantMemory)));
        Assert.That(
            (
                accelerator.NumMultiprocessors, accelerator.MaxNumThreadsPerMultiprocessor, accelerator.MaxNumThreads,
                accelerator.MaxNumGroupsExtent),
            Is.EqualTo((device.NumMultiprocessors, device.MaxNumThreadsPerMultiprocessor, 8192, (new Index1D(8), new Index1D(1024)))));
        Assert.That(
            (
                accelerator.DeviceId, accelerator.DriverVersion, accelerator.Architecture, accelerator.InstructionSet,
                accelerator.ClockRate, accelerator.MemoryClockRate, accelerator.MemoryBusWidth),
            Is.EqualTo((
                device.DeviceId, device.DriverVersion, device.Architecture!.Value, device.InstructionSet!.Value, device.ClockRate,
                device.MemoryClockRate, device.MemoryBusWidth)));
        Assert.That(
            (
                accelerator.L2CacheSize, accelerator.MaxSharedMemoryPerMultiprocessor, accelerator.TotalNumRegistersPerMultiprocessor,
                accelerator.TotalNumRegistersPerGroup, accelerator.NumConcurrentCopyEngines),
            Is.EqualTo((
                device.L2CacheSize, device.MaxSharedMemoryPerMultiprocessor, device.TotalNumRegistersPerMultiprocessor,
                device.TotalNumRegistersPerGroup, device.NumConcurrentCopyEngines)));
        Assert.That(
            (
                accelerator.HasECCSupport, accelerator.SupportsMappingHostMemory, accelerator.PCIDomainId, accelerator.PCIBusId,
                accelerator.PCIDeviceId, accelerator.NVMLPCIBusId),
            Is.EqualTo((
                device.HasECCSupport, device.SupportsMappingHostMemory, device.PCIDomainId, device.PCIBusId, device.PCIDeviceId,
                device.NVMLPCIBusId)));
        Assert.That(
            (accelerator.Capabilities.MemoryPools, accelerator.Capabilities.Float16, device.Capabilities.Float64),
            Is.EqualTo((true, true, true)));
        Assert.That((device.DriverVersion.Major, device.DriverVersion.Minor, device.DriverVersion.ToString()), Is.EqualTo((11, 8, "11.8")));
        Assert.That(
            (
                accelerator.Architecture.Major, accelerator.Architecture.Minor, accelerator.Architecture.ToString(),
                accelerator.InstructionSet.ToString()),
            Is.EqualTo((8, 0, "SM_80", "7.8")));
    }

    [Test]
    public void InformationIsPrinted()
    {
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api).DefaultCPU().OpenCL());
        foreach (Device device in context)
        {
            using var text = new StringWriter();
            device.PrintInformation(text);
            Assert.That(text.ToString(), Does.Contain(device.Name).And.Contain("Warp size"));
            using Accelerator accelerator = device.CreateAccelerator(context);
            using var again = new StringWriter();
            accelerator.PrintInformation(again);
            Assert.That(again.ToString(), Is.EqualTo(text.ToString()));
            Assert.That(accelerator.ToString(), Is.EqualTo(device.ToString()));
        }
    }

    [Test]
    public void EventsAreThoseOfStreamsThatRunLater()
    {
        using var context = Context.Create(builder => builder.CPU());
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        Assert.That(() => accelerator.CreateEvent(), Throws.TypeOf<NotSupportedException>().With.Message.Contains("no events"));
    }

    [Test]
    public void ThreadsAreBoundToAccelerators()
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        using CPUAccelerator first = context.CreateCPUAccelerator(0), second = context.CreateCPUAccelerator(0);
        first.Bind();
        Assert.That(Accelerator.Current, Is.SameAs(first));
        using (ScopedAcceleratorBinding binding = second.BindScoped())
        {
            Assert.That(Accelerator.Current, Is.SameAs(second));
            binding.Recover();
            Assert.That((Accelerator.Current, binding.IsRecovered), Is.EqualTo((first, true)));
        }

        using AcceleratorStream stream = second.CreateStream();
        using (stream.BindScoped())
        {
            Assert.That(Accelerator.Current, Is.SameAs(second));
        }
        Assert.That((stream.Accelerator, stream.AcceleratorType), Is.EqualTo((second, AcceleratorType.CPU)));
        Assert.That(stream.SynchronizeAsync().Wait(TimeSpan.FromSeconds(10)), Is.True);
    }

    [Test]
    public void KernelsAreLoadedByTheirMethods()
    {
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        using CudaAccelerator accelerator = context.CreateCudaAccelerator(0, CudaAcceleratorFlags.ScheduleAuto);
        var method = ((Action<Index1D, ArrayView<int>>)Kernel).Method;
        var plain = ((Action<ArrayView<int>>)Explicit).Method;
        var limits = new KernelSpecialization(128, 2);
        Assert.That(
            (limits.MaxNumThreadsPerGroup, limits.MinNumGroupsPerMultiprocessor, limits.IsCompatibleWith(accelerator)),
            Is.EqualTo(((int?)128, (int?)2, true)));
        Assert.That(limits, Is.Not.EqualTo(KernelSpecialization.Empty));
        using var buffer = accelerator.Allocate1D<int>(64);
        Kernel kernel = accelerator.LoadAutoGroupedKernel(method, out KernelInfo? information);
        Assert.That((information!.MinGroupSize > 0, information.MinGridSize > 0), Is.EqualTo((true, true)));
        kernel.Launch(accelerator.DefaultStream, 64, buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 64)));
        Assert.That(
            (kernel.NumParameters, kernel.Specialization, kernel.CompiledKernel is not null),
            Is.EqualTo((1, KernelSpecialization.Empty, true)));
        CompiledKernel.KernelInfo? info = kernel.Info;
        Assert.That(info, Is.Not.Null);

        Action<AcceleratorStream, Index1D, ArrayView<int>>[] launchers =
        [
            accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, Index1D, ArrayView<int>>>(method),
            accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, Index1D, ArrayView<int>>>(method, out _),
            accelerator.LoadAutoGroupedKernel<Action<AcceleratorStream, Index1D, ArrayView<int>>, Action<Index1D, ArrayView<int>>>(
                Kernel, out _),
            accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, Index1D, ArrayView<int>>>(method, 32),
            accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, Index1D, ArrayView<int>>>(method, 32, out _),
            accelerator.LoadImplicitlyGroupedKernel<Action<AcceleratorStream, Index1D, ArrayView<int>>, Action<Index1D, ArrayView<int>>>(
                Kernel, 32, out _),
            accelerator.LoadImplicitlyGroupedKernel(method, 32)
                .CreateLauncherDelegate<Action<AcceleratorStream, Index1D, ArrayView<int>>>(),
        ];
        foreach (var launcher in launchers)
        {
            buffer.MemSetToZero();
            launcher(accelerator.DefaultStream, 64, buffer.AsContiguous());
            Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 64)));
        }

        Action<AcceleratorStream, KernelConfig, ArrayView<int>>[] explicits =
        [
            accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, ArrayView<int>>>(plain),
            accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, ArrayView<int>>>(plain, limits),
            accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, ArrayView<int>>>(plain, limits, out _),
            accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, ArrayView<int>>, Action<ArrayView<int>>>(
                Explicit, limits, out _),
            accelerator.LoadKernel(plain, limits).CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, ArrayView<int>>>(),
            accelerator.LoadKernel(plain, limits, out _).CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, ArrayView<int>>>(),
        ];
        foreach (var launcher in explicits)
        {
            buffer.MemSetToZero();
            launcher(accelerator.DefaultStream, (2, 32), buffer.AsContiguous());
            Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 64).Select(i => i % 32)));
        }
    }

    [Test]
    public void KernelsAreCompiledFirstAndLoadedLater()
    {
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        using CudaAccelerator accelerator = context.CreateCudaAccelerator(1);
        using var buffer = accelerator.Allocate1D<int>(64);
        var plain = EntryPointDescription.FromExplicitlyGroupedKernel(((Action<ArrayView<int>>)Explicit).Method);
        CompiledKernel limited = accelerator.CompileKernel(plain, new KernelSpecialization(64, null));
        accelerator.LoadKernel(limited).Launch(accelerator.DefaultStream, new KernelConfig(2, 32), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 64).Select(i => i % 32)));
        CompiledKernel compiled =
            accelerator.CompileKernel(EntryPointDescription.FromImplicitlyGroupedKernel(((Action<Index1D, ArrayView<int>>)Kernel).Method));
        Kernel[] kernels =
        [
            accelerator.LoadAutoGroupedKernel(compiled, out _),
            accelerator.LoadImplicitlyGroupedKernel(compiled, 32),
            accelerator.LoadImplicitlyGroupedKernel(compiled, 64, out _),
        ];
        foreach (Kernel kernel in kernels)
        {
            buffer.MemSetToZero();
            kernel.Launch(accelerator.DefaultStream, 64, buffer.AsContiguous());
            Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 64)));
        }
    }

    [Test]
    public void BackEndsCompileForTheirDevices()
    {
        using Context context = Context.Create(builder => builder.DefaultCPU().Cuda(PtxDriver.Api));
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(((Action<ArrayView<int>>)Explicit).Method);
        foreach (Device device in context)
        {
            using Accelerator accelerator = device.CreateAccelerator(context);
            Backend backend = accelerator.GetBackend();
            Assert.That(
                (backend.Context, backend.Capabilities, backend.BackendType),
                Is.EqualTo((
                    context, accelerator.Capabilities,
                    device.AcceleratorType == AcceleratorType.CPU ? BackendType.IL : BackendType.PTX)));
            CompiledKernel compiled = backend.Compile(entry, default);
            using var buffer = accelerator.Allocate1D<int>(32);
            accelerator.LoadKernel(compiled).Launch(accelerator.DefaultStream, new KernelConfig(2, 16), buffer.AsContiguous());
            Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 32).Select(i => i % 16)));
        }
    }

    [Test]
    public void OccupancyIsEstimated()
    {
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        using CudaAccelerator accelerator = context.CreateCudaAccelerator(2);
        Kernel kernel = accelerator.LoadAutoGroupedKernel(((Action<Index1D, ArrayView<int>>)Kernel).Method);
        int size = accelerator.EstimateGroupSize(kernel);
        Assert.That(
            size,
            Is.EqualTo(accelerator.EstimateGroupSize(kernel, out int grid)).And.EqualTo(
                accelerator.EstimateGroupSize(kernel, 0, out _)).And.EqualTo(accelerator.EstimateGroupSize(kernel, threads => 0, out _)));
        Assert.That(grid, Is.GreaterThanOrEqualTo(accelerator.NumMultiprocessors));
        Assert.That(accelerator.EstimateGroupSize(kernel, 0, 96, out _), Is.LessThanOrEqualTo(96));
        Assert.That(accelerator.EstimateGroupSize(kernel, threads => threads * 4, 96, out _), Is.LessThanOrEqualTo(96));
        Assert.That(
            accelerator.EstimateMaxActiveGroupsPerMultiprocessor(kernel, 256),
            Is.EqualTo(8).And.EqualTo(accelerator.EstimateMaxActiveGroupsPerMultiprocessor(kernel, new Index1D(256))));
        Assert.That(accelerator.EstimateMaxActiveGroupsPerMultiprocessor(kernel, 256, 100 * 1024), Is.EqualTo(2));
        Assert.That(
            accelerator.EstimateOccupancyPerMultiprocessor(kernel, 256),
            Is.EqualTo(1f).And.EqualTo(accelerator.EstimateOccupancyPerMultiprocessor(kernel, new Index1D(256))));
        Assert.That(accelerator.EstimateOccupancyPerMultiprocessor(kernel, 256, 100 * 1024), Is.EqualTo(0.25f));
    }

    [Test]
    public void SettingsAreKept()
    {
        Context.Builder builder = Context.Create().AllAccelerators().AllAccelerators(device => device is CPUDevice).IOOperations().Verify()
            .Inlining(InliningMode.Conservative)
            .StaticFields(StaticFieldMode.IgnoreStaticFieldStores).Arrays(ArrayMode.InlineMutableStaticArrays)
                .PageLocking(PageLockingMode.Auto).AutoAssertions().AutoIOOperations();
        using Context context = builder.ToContext();
        ContextProperties properties = context.Properties;
        Assert.That(
            (
                properties.EnableIOOperations, properties.EnableVerifier, properties.InliningMode, properties.StaticFieldMode,
                properties.ArrayMode, properties.PageLockingMode),
            Is.EqualTo(
            (
                true, true, InliningMode.Conservative, StaticFieldMode.IgnoreStaticFieldStores, ArrayMode.InlineMutableStaticArrays,
                PageLockingMode.Auto)));
        Assert.That(
            (properties.EnableProfiling, properties.EnableKernelInformation, properties.CachingMode, properties.DebugSymbolsMode),
            Is.EqualTo((false, false, CachingMode.Default, DebugSymbolsMode.Auto)));
        Assert.That((properties.LibNvvmPath, properties.LibDevicePath), Is.EqualTo(((string?)null, (string?)null)));
        using Context debugging = Context.Create(b => b.Default().Debug()), released = Context.Create(b => b.Release().AutoDebug());
        Assert.That(
            (debugging.Properties.OptimizationLevel, debugging.Properties.EnableAssertions, released.Properties.OptimizationLevel),
            Is.EqualTo((OptimizationLevel.Debug, true, OptimizationLevel.Release)));
        using Context found = Context.Create().LibDevice().ToContext();
        Assert.That(found.Properties.LibNvvmPath is null, Is.EqualTo(found.Properties.LibDevicePath is null), "with a toolkit or without");
        using Context libraries = Context.Create().LibDevice("nvvm", "device").ToContext();
        Assert.That((libraries.Properties.LibNvvmPath, libraries.Properties.LibDevicePath), Is.EqualTo(("nvvm", "device")));
        using Context plain = Context.CreateDefault(), checking = Context.CreateDefaultAutoAssertions(),
            auto = Context.CreateDefaultAutoDebug();
        Assert.That(Context.Version, Is.EqualTo("1.5.3"));
        Assert.That(plain.GetPreferredDevices(preferCPU: true, matchingDevicesOnly: true), Is.Not.Empty.And.All.InstanceOf<CPUDevice>());
        Assert.That(plain.GetDevices<CPUDevice>()[0], Is.EqualTo(plain.GetDevice<CPUDevice>(0)));
        Assert.That(plain.GetDevices<CPUDevice>().AcceleratorType, Is.EqualTo(AcceleratorType.CPU));
        foreach (CPUDevice device in plain.GetDevices<CPUDevice>())
        {
            Assert.That(device.AcceleratorType, Is.EqualTo(AcceleratorType.CPU));
        }
        plain.ClearCache(ClearCacheMode.Everything);
    }

    [Test]
    public void LaunchesAreDescribed()
    {
        KernelConfig[] alike =
        [
            new(new Index1D(2), new Index1D(32)), new(new Index2D(2, 1), new Index2D(32, 1)),
            new(new Index3D(2, 1, 1), new Index3D(32, 1, 1)), new(2, 1, 1, 32, 1, 1),
            new(new Index1D(2), new Index1D(32), SharedMemoryConfig.Empty),
            new(new Index2D(2, 1), new Index2D(32, 1), SharedMemoryConfig.Empty),
            new(new Index3D(2, 1, 1), new Index3D(32, 1, 1), SharedMemoryConfig.Empty),
            (new Index3D(2, 1, 1), new Index1D(32)), (new Index3D(2, 1, 1), new Index2D(32, 1)),
            (new Index3D(2, 1, 1), new Index3D(32, 1, 1), SharedMemoryConfig.Empty),
        ];
        foreach (KernelConfig config in alike)
        {
            Assert.That(
                (config.GridDim, config.GroupDim, config.IsValid, config.Size, config.UsesDynamicSharedMemory),
                Is.EqualTo((new Index3D(2, 1, 1), new Index3D(32, 1, 1), true, 64L, false)));
            var (grid, group) = config;
            var (_, _, shared) = config;
            Assert.That((grid, group, shared.ArraySize), Is.EqualTo((config.GridDim, config.GroupDim, 0)));
            (Index3D, Index3D) pair = config;
            (Index3D, Index3D, SharedMemoryConfig) triple = config;
            Assert.That(
                (config.ToDimensions(), config.ToValueTuple().Item1, pair.Item2, triple.Item3.NumElements),
                Is.EqualTo((pair, grid, group, 0)));
        }

        var request = new SharedMemoryConfig(10, 8);
        Assert.That(
            (request.NumElements, request.ElementSize, request.ArraySize, request.UsesDynamicSharedMemory), Is.EqualTo((10, 8, 80, true)));
        Assert.That(new KernelConfig(1, 1, request).SharedMemoryConfig.ArraySize, Is.EqualTo(80));
        var five = new SpecializedValue<int>(5);
        var six = five;
        six.Value = 6;
        Assert.That((five == SpecializedValue.New(5), five != six, five.Equals(six)), Is.EqualTo((true, true, false)));
    }

    [Test]
    public void CudaDevicesAreChosenAndChanged()
    {
        Assert.That(
            CudaArchitecture.SM_75 < CudaArchitecture.SM_80 && CudaArchitecture.SM_80 <= CudaArchitecture.SM_86
            && CudaArchitecture.SM_90 >= CudaArchitecture.SM_86,
            Is.True);
        using Context none = Context.Create(
            builder => builder.Cuda(device => device.Name == "no such device").OpenCL(device => device.Name == "no such device"));
        Assert.That(none.GetCudaDevices().Count + none.GetCLDevices().Count, Is.Zero);
        using Context changed = Context.Create(builder => builder.Cuda(
            change => change.InstructionSet = change.Device.InstructionSet == change.InstructionSet ? CudaInstructionSet.ISA_70 : null));
        foreach (CudaDevice device in changed.GetCudaDevices())
        {
            Assert.That(device.InstructionSet, Is.EqualTo(CudaInstructionSet.ISA_70));
        }
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api).Profiling());
        using CudaAccelerator accelerator = context.GetCudaDevice(1).CreateCudaAccelerator(context);
        int children = accelerator.NumberChildObjects;
        bool wasDisposed = false;
        accelerator.Disposed += (_, _) => wasDisposed = true;
        using (MemoryBuffer raw = accelerator.AllocateRaw(10, 8))
        {
            Assert.That((raw.LengthInBytes, accelerator.NumberChildObjects), Is.EqualTo((80L, children + 1)));
        }
        Assert.That(accelerator.NumberChildObjects, Is.EqualTo(children));
        using var plane = accelerator.Allocate2DDenseY<int>(new LongIndex2D(3, 4));
        using var space = accelerator.Allocate3DDenseXY<int>(new LongIndex3D(2, 3, 4));
        Assert.That(
            (plane.Extent, ((ArrayView<int>)plane).Length, space.Extent, space.Stride.YStride, ((ArrayView<int>)space).Length),
            Is.EqualTo((new LongIndex2D(3, 4), 12L, new LongIndex3D(2, 3, 4), 2, 24L)));
        Assert.That(
            plane.AsContiguous().SubView(2L, 4L).LoadEffectiveAddressAsPtr() - plane.AsContiguous().LoadEffectiveAddressAsPtr(),
            Is.EqualTo((nint)8));
        Assert.That(plane.AsContiguous().VariableView(new LongIndex1D(3)).BaseView.Length, Is.EqualTo(1));
        using var pitchedX = accelerator.Allocate2DPitchedX<int>(new LongIndex2D(5, 3));
        using var pitchedY = accelerator.Allocate2DPitchedY<int>(new LongIndex2D(5, 3));
        using var rows = accelerator.Allocate2DPitchedY<int>(new LongIndex2D(5, 3), 32);
        using var layers = accelerator.Allocate3DPitchedXY<int>(new LongIndex3D(3, 2, 2), 64);
        using var columns = accelerator.Allocate3DPitchedZY<int>(new LongIndex3D(3, 2, 2), 64);
        Assert.That(
            (
                pitchedX.View.Stride.YStride, pitchedY.View.Stride.XStride, rows.View.Stride.XStride, layers.View.Stride.YStride,
                columns.View.Stride.YStride),
            Is.EqualTo((64, 64, 8, 16, 16)));
        using var wide = accelerator.Allocate2D<int, Stride2D.DenseX>(
            new LongIndex2D(5, 3), extent => 10, (extent, leading) => new Stride2D.DenseX(leading));
        using var deep = accelerator.Allocate3D<int, Stride3D.DenseXY>(
            new LongIndex3D(3, 2, 2), extent => 10, (extent, leading) => new Stride3D.DenseXY(leading, 2 * leading));
        Assert.That((wide.View.Stride.YStride, deep.View.Stride.ZStride), Is.EqualTo((10, 20)));
        Assert.That(new int[2, 3, 4].AsArrayView().Extent, Is.EqualTo(new LongIndex3D(2, 3, 4)));
        using MemoryBuffer bytes = accelerator.AllocateRaw(16, 4);
        Assert.That(new ArrayView<int>(bytes, 4, 8).Length, Is.EqualTo(8));
        Assert.That(Interop.SizeOf(typeof(long)), Is.EqualTo(8));
        Accelerator common = accelerator;
        Assert.That(common.Capabilities, Is.SameAs(common.Device.Capabilities));
        using CudaStream stream = accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING),
            other = accelerator.CreateStream(StreamFlags.CU_STREAM_DEFAULT);
        using CudaGraph graph = stream.Capture(() => bytes.MemSet(stream, 7, 0, 64));
        graph.Launch(other);
        other.Synchronize();
        Assert.That(bytes.AsArrayView<byte>(0, 64).GetAsArray(), Is.All.EqualTo(7));
        PtxDriver.Sabotage = ("cuStreamSynchronize", CudaError.CUDA_ERROR_NOT_READY);
        Assert.That(Assert.Throws<CudaException>(stream.Synchronize)!.Error, Is.EqualTo("CUDA_ERROR_NOT_READY"));
        using ProfilingMarker marker = accelerator.DefaultStream.AddProfilingMarker();
        marker.Synchronize();
        Assert.That(accelerator.AcceleratorType, Is.EqualTo(AcceleratorType.Cuda));
        accelerator.Dispose();
        Assert.That(wasDisposed, Is.True);
        CPUDevice.Intel.PrintInformation();
    }

    [Test]
    public void OpenCLDevicesAreFoundByNumber()
    {
        using Context context = Context.Create(builder => builder.OpenCL());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        using CLAccelerator accelerator = context.GetCLDevice(0).CreateCLAccelerator(context);
        Assert.That((accelerator.AcceleratorType, accelerator.Name), Is.EqualTo((AcceleratorType.OpenCL, context.GetCLDevice(0).Name)));
        Assert.That(
            () => CLException.ThrowIfFailed(CLError.CL_INVALID_VALUE),
            Throws.TypeOf<CLException>().With.Property(nameof(CLException.Error)).EqualTo(CLError.CL_INVALID_VALUE));
    }
}
