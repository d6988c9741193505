using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

[TestFixture]
public sealed class BufferTests
{
    private Context _context = null!;

    private Accelerator _accelerator = null!;

    [OneTimeSetUp]
    public void OpenAccelerator()
    {
        _context = Context.Create(builder => builder.DefaultCPU());
        _accelerator = _context.CreateCPUAccelerator(0);
    }

    [OneTimeTearDown]
    public void CloseAccelerator()
    {
        _accelerator.Dispose();
        _context.Dispose();
    }

    [Test]
    public void ArraysComeBackAsTheyWent()
    {
        int[] line = [.. Enumerable.Range(0, 13)];
        using var buffer = _accelerator.Allocate1D(line);
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(line));

        var plane = new float[3, 5];
        var space = new double[2, 3, 4];
        for (int i = 0; i < 15; i++)
        {
            plane[i / 5, i % 5] = i;
        }
        for (int i = 0; i < 24; i++)
        {
            space[i / 12, i / 4 % 3, i % 4] = i;
        }
        using var denseX = _accelerator.Allocate2DDenseX(plane);
        using var denseY = _accelerator.Allocate2DDenseY(plane);
        using var denseXY = _accelerator.Allocate3DDenseXY(space);
        using var denseZY = _accelerator.Allocate3DDenseZY(space);
        Assert.That(denseX.GetAsArray2D(), Is.EqualTo(plane));
        Assert.That(denseY.GetAsArray2D(), Is.EqualTo(plane));
        Assert.That(denseXY.GetAsArray3D(), Is.EqualTo(space));
        Assert.That(denseZY.GetAsArray3D(), Is.EqualTo(space));
        Assert.That(denseX.View[2, 3], Is.EqualTo(plane[2, 3]));
        Assert.That(denseX.AsContiguous()[2 + 3 * 3], Is.EqualTo(plane[2, 3]));
        Assert.That(denseY.AsContiguous()[2 * 5 + 3], Is.EqualTo(plane[2, 3]));
        Assert.That(denseX.View.AsTransposed().GetAsArray2D()[3, 2], Is.EqualTo(plane[2, 3]));
    }

    [Test]
    public void PitchedBuffersAreCopiedThroughTheirGeneralView()
    {
        var plane = new int[3, 5];
        for (int i = 0; i < 15; i++)
        {
            plane[i / 5, i % 5] = i + 1;
        }
        using var pitched = _accelerator.Allocate2DPitchedX<int>(new LongIndex2D(3, 5), 32);
        pitched.MemSetToZero();
        Assert.That(pitched.Stride.YStride, Is.EqualTo(8));
        Assert.That(() => pitched.CopyFromCPU(plane), Throws.TypeOf<NotSupportedException>().With.Message.Contains("AsGeneral"));
        pitched.View.AsGeneral().CopyFromCPU(plane);
        Assert.That(pitched.View.AsGeneral().GetAsArray2D(), Is.EqualTo(plane));
        Assert.That(pitched.AsContiguous()[3], Is.Zero, "the gap keeps its contents");
    }

    [Test]
    public void SubViewsCastsAndFillsAddressTheRightBytes()
    {
        using var buffer = _accelerator.Allocate1D(new[] { 0, 1, 2, 3, 4, 5, 6, 7 });
        ArrayView<int> middle = buffer.View.SubView(2, 4);
        Assert.That(middle.GetAsArray(), Is.EqualTo(new[] { 2, 3, 4, 5 }));
        middle.SubView(1, 2).MemSet(0xFF);
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(new[] { 0, 1, 2, -1, -1, 5, 6, 7 }));
        Assert.That(middle.Cast<byte>().Length, Is.EqualTo(16));
        Assert.That(middle.Cast<byte>().SubView(4).Cast<int>()[0], Is.EqualTo(-1));
        using var copy = _accelerator.Allocate1D<int>(8);
        copy.CopyFrom(buffer);
        buffer.View.SubView(0, 2).CopyTo(copy.View.SubView(6, 2));
        Assert.That(copy.GetAsArray1D(), Is.EqualTo(new[] { 0, 1, 2, -1, -1, 5, 0, 1 }));
        buffer.View.BaseView.CopyFromCPU(_accelerator.DefaultStream, new ReadOnlySpan<int>([9, 8]));
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(new[] { 9, 8, 2, -1, -1, 5, 6, 7 }));
    }

    [Test]
    public void WrongArraysAreRefusedAsTheReferenceDoes()
    {
        using var buffer = _accelerator.Allocate1D<int>(4);
        Assert.That(() => buffer.CopyFromCPU((int[])null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("data"));
        Assert.That(
            () => buffer.CopyFromCPU(new int[3]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("data"));
        Assert.That(
            () => buffer.CopyToCPU(new int[5]),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("lengthInBytes"));
        Assert.That(
            () => _accelerator.Allocate1D<int>(-1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("length"));
        Assert.That(() => _accelerator.Allocate1D<bool>(1), Throws.TypeOf<NotSupportedException>().With.Message.Contains("not blittable"));
        Assert.That(() => _accelerator.Allocate1D<(int, char)>(1), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void EmptyAndDisposedBuffersSaySo()
    {
        using var empty = _accelerator.Allocate1D<int>(0);
        Assert.That(empty.IsValid, Is.True);
        Assert.That(empty.View.IsValid, Is.False);
        Assert.That(empty.GetAsArray1D(), Is.Empty);

        var buffer = _accelerator.Allocate1D<int>(4);
        ArrayView<int> view = buffer.View;
        buffer.Dispose();
        buffer.Dispose();
        Assert.That(buffer.IsValid, Is.False);
        Assert.That(buffer.View.IsValid, Is.False);
        Assert.That(() => buffer.CopyToCPU(new int[4]), Throws.InstanceOf<Exception>());
        Assert.That(
            () => view.CopyToCPU(new int[4]),
            Throws.TypeOf<InvalidOperationException>().With.Message.Contains("unknown parent accelerator"));
    }

    [Test]
    public void PageLockedArraysMakeTheRoundTrip()
    {
        using var source = _accelerator.AllocatePageLocked1D<int>(6);
        for (int i = 0; i < 6; i++)
        {
            source[(Index1D)i] = i * i;
        }
        using var buffer = _accelerator.Allocate1D<int>(6);
        buffer.View.CopyFromPageLockedAsync(source);
        _accelerator.Synchronize();
        using var back = buffer.View.GetAsPageLocked1D();
        Assert.That(back.GetArray(), Is.EqualTo(new[] { 0, 1, 4, 9, 16, 25 }));
        using var plane = _accelerator.AllocatePageLocked2D<int>(new LongIndex2D(2, 3));
        plane[new Index2D(1, 2)] = 7;
        Assert.That(plane.GetArray()[1, 2], Is.EqualTo(7));
    }

    [Test]
    public void DisposalWorksInAnyOrder()
    {
        Accelerator other = _context.CreateCPUAccelerator(0);
        var buffer = other.Allocate1D<int>(3);
        AcceleratorStream stream = other.CreateStream();
        int leaks = 0;
        ((CPUAccelerator)other).BufferLeaked += (_, _) => leaks++;
        other.Dispose();
        Assert.That(buffer.IsDisposed, Is.True);
        buffer.Dispose();
        stream.Dispose();
        other.Dispose();
        Assert.That(leaks, Is.EqualTo(1));
    }

    [Test]
    public void DeviceIndicesOutOfRangeAreRefused()
    {
        Assert.That(() => _context.CreateCPUAccelerator(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => _context.CreateCPUAccelerator(9), Throws.TypeOf<NotSupportedException>());
        Assert.That(_context.GetPreferredDevice(preferCPU: true), Is.SameAs(CPUDevice.Default));
    }

    [Test]
    public void ViewsOfArraysAreChecked()
    {
        int[] array = [1, 2, 3];
        ArrayView<int> view = array.AsArrayView();
        view[1] = 5;
        Assert.That(array[1], Is.EqualTo(5));
        Assert.That(() => view[3], Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => view.SubView(2, 2), Throws.TypeOf<IndexOutOfRangeException>());
        ArrayView2D<int, Stride2D.DenseY> plane = new int[2, 2].AsArrayView();
        Assert.That(() => plane[0, 2], Throws.TypeOf<IndexOutOfRangeException>());
    }
}
