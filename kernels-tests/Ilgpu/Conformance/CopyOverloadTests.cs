using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Every way to bring data to a device and back, with a stream and without.</summary>
public sealed class CopyOverloadTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly int[] s_line = [.. Enumerable.Range(1, 12)];

    private static int[,] Plane => Fill(new int[3, 4]);

    private static int[,,] Space => Fill(new int[2, 3, 4]);

    private static T Fill<T>(T array)
        where T : class
    {
        Buffer.BlockCopy(
            Enumerable.Range(1, ((Array)(object)array).Length).ToArray(), 0, (Array)(object)array, 0,
            Buffer.ByteLength((Array)(object)array));
        return array;
    }

    [Test]
    public void Lines()
    {
        using AcceleratorStream stream = Accelerator.CreateStream();
        using var buffer = Accelerator.Allocate1D(stream, s_line);
        int[] back = new int[12];
        Action[] ways =
        [
            () => buffer.CopyToCPU(back),
            () => buffer.CopyToCPU(stream, back),
            () => buffer.View.CopyToCPU(back),
            () => buffer.View.CopyToCPU(stream, back),
            () => buffer.View.CopyToCPU(stream, back.AsSpan()),
            () => buffer.View.CopyToCPU(ref back[0], 12),
            () => buffer.View.CopyToCPU(stream, ref back[0], 12),
            () => buffer.AsContiguous().CopyToCPU(back),
            () => buffer.AsContiguous().CopyToCPU(stream, back),
            () => buffer.AsContiguous().CopyToCPU<int, ArrayView<int>>(back.AsSpan()),
            () => buffer.AsContiguous().CopyToCPU<int, ArrayView<int>>(stream, back.AsSpan()),
            () => buffer.AsContiguous().CopyToCPU<int, ArrayView<int>>(ref back[0], 12),
            () => buffer.AsContiguous().CopyToCPU<int, ArrayView<int>>(stream, ref back[0], 12),
            () => back = buffer.GetAsArray1D(),
            () => back = buffer.GetAsArray1D(stream),
            () => back = buffer.View.GetAsArray1D(),
            () => back = buffer.View.GetAsArray1D(stream),
            () => back = buffer.AsContiguous().GetAsArray(),
            () => back = buffer.AsContiguous().GetAsArray(stream),
        ];
        foreach (Action way in ways)
        {
            back = new int[12];
            way();
            stream.Synchronize();
            Assert.That(back, Is.EqualTo(s_line));
        }

        Action[] there =
        [
            () => buffer.CopyFromCPU(s_line),
            () => buffer.CopyFromCPU(stream, s_line),
            () => buffer.View.CopyFromCPU(s_line),
            () => buffer.View.CopyFromCPU(stream, s_line),
            () => buffer.View.CopyFromCPU(stream, new ReadOnlySpan<int>(s_line)),
            () => buffer.View.CopyFromCPU(ref s_line[0], 12),
            () => buffer.View.CopyFromCPU(stream, ref s_line[0], 12),
            () => buffer.AsContiguous().CopyFromCPU(s_line),
            () => buffer.AsContiguous().CopyFromCPU(stream, s_line),
            () => buffer.AsContiguous().CopyFromCPU<int, ArrayView<int>>(new ReadOnlySpan<int>(s_line)),
            () => buffer.AsContiguous().CopyFromCPU<int, ArrayView<int>>(ref s_line[0], 12),
            () => buffer.AsContiguous().CopyFromCPU<int, ArrayView<int>>(stream, ref s_line[0], 12),
        ];
        foreach (Action way in there)
        {
            buffer.MemSetToZero(stream);
            stream.Synchronize();
            way();
            stream.Synchronize();
            Assert.That(buffer.GetAsArray1D(), Is.EqualTo(s_line));
        }
    }

    [Test]
    public void LinesWithoutWaiting()
    {
        using AcceleratorStream stream = Accelerator.CreateStream();
        using var buffer = Accelerator.Allocate1D<int>(12);
        int[] there = GC.AllocateArray<int>(12, pinned: true);
        int[] back = GC.AllocateArray<int>(12, pinned: true);
        ArrayView<int> view = buffer.AsContiguous();
        var infinite = new ArrayView1D<int, Stride1D.Infinite>(view, 12, default);
        (Action To, Action From)[] ways =
        [
            (
                () => view.CopyFromCPUUnsafeAsync<int, ArrayView<int>>(ref there[0], 12),
                () => view.CopyToCPUUnsafeAsync<int, ArrayView<int>>(ref back[0], 12)),
            (
                () => view.CopyFromCPUUnsafeAsync<int, ArrayView<int>>(stream, ref there[0], 12),
                () => view.CopyToCPUUnsafeAsync<int, ArrayView<int>>(stream, ref back[0], 12)),
            (() => buffer.View.CopyFromCPUUnsafeAsync(ref there[0], 12), () => buffer.View.CopyToCPUUnsafeAsync(ref back[0], 12)),
            (
                () => buffer.View.CopyFromCPUUnsafeAsync(stream, ref there[0], 12),
                () => buffer.View.CopyToCPUUnsafeAsync(stream, ref back[0], 12)),
            (() => infinite.CopyFromCPUUnsafeAsync(ref there[0], 12), () => infinite.CopyToCPUUnsafeAsync(ref back[0], 12)),
            (() => infinite.CopyFromCPUUnsafeAsync(stream, ref there[0], 12), () => infinite.CopyToCPUUnsafeAsync(stream, ref back[0], 12)),
            (() => infinite.CopyFromCPU(ref there[0], 12), () => infinite.CopyToCPU(ref back[0], 12)),
            (() => infinite.CopyFromCPU(stream, ref there[0], 12), () => infinite.CopyToCPU(stream, ref back[0], 12)),
            (() => infinite.CopyFromCPU(stream, new ReadOnlySpan<int>(there)), () => infinite.CopyToCPU(stream, back.AsSpan())),
        ];
        for (int k = 0; k < ways.Length; k++)
        {
            for (int i = 0; i < there.Length; i++)
            {
                there[i] = (100 * k) + i;
            }
            ways[k].To();
            Accelerator.Synchronize();
            ways[k].From();
            Accelerator.Synchronize();
            Assert.That(back, Is.EqualTo(there), $"way {k}");
        }
    }

    [Test]
    public void Planes()
    {
        using AcceleratorStream stream = Accelerator.CreateStream();
        int[,] back = new int[3, 4];
        using var rows = Accelerator.Allocate2DDenseY(stream, Plane);
        using var columns = Accelerator.Allocate2DDenseX(stream, Plane);
        Action[] ways =
        [
            () => rows.CopyToCPU(back),
            () => rows.CopyToCPU(stream, back),
            () => rows.View.CopyToCPU(back),
            () => rows.View.CopyToCPU(stream, back),
            () => back = rows.GetAsArray2D(stream),
            () => back = rows.View.GetAsArray2D(),
            () => back = columns.View.GetAsArray2D(stream),
            () => columns.CopyToCPU(back),
        ];
        foreach (Action way in ways)
        {
            back = new int[3, 4];
            way();
            Assert.That(back, Is.EqualTo(Plane));
        }

        rows.MemSetToZero();
        columns.MemSetToZero();
        Accelerator.Synchronize();
        rows.CopyFromCPU(stream, Plane);
        Assert.That(rows.GetAsArray2D(), Is.EqualTo(Plane));
        columns.View.CopyFromCPU(stream, Plane);
        Assert.That(columns.GetAsArray2D(), Is.EqualTo(Plane));
    }

    [Test]
    public void Spaces()
    {
        using AcceleratorStream stream = Accelerator.CreateStream();
        int[,,] back = new int[2, 3, 4];
        using var xy = Accelerator.Allocate3DDenseXY(stream, Space);
        using var zy = Accelerator.Allocate3DDenseZY(stream, Space);
        Action[] ways =
        [
            () => xy.CopyToCPU(back),
            () => xy.CopyToCPU(stream, back),
            () => zy.View.CopyToCPU(back),
            () => zy.View.CopyToCPU(stream, back),
            () => back = xy.GetAsArray3D(stream),
            () => back = zy.View.GetAsArray3D(),
            () => back = xy.View.GetAsArray3D(stream),
        ];
        foreach (Action way in ways)
        {
            back = new int[2, 3, 4];
            way();
            Assert.That(back, Is.EqualTo(Space));
        }

        Action[] there =
        [
            () => xy.CopyFromCPU(Space),
            () => xy.CopyFromCPU(stream, Space),
            () => xy.View.CopyFromCPU(Space),
            () => xy.View.CopyFromCPU(stream, Space),
        ];
        foreach (Action way in there)
        {
            xy.MemSetToZero();
            Accelerator.Synchronize();
            way();
            Assert.That(xy.GetAsArray3D(), Is.EqualTo(Space));
        }
    }

    [Test]
    public void PageLockedLines()
    {
        using AcceleratorStream stream = Accelerator.CreateStream();
        using var buffer = Accelerator.Allocate1D(s_line);
        using var locked = Accelerator.AllocatePageLocked1D<int>(12, uninitialized: true);
        int[] pinned = GC.AllocateArray<int>(12, pinned: true);
        using PageLockScope<int> scope = Accelerator.CreatePageLockFromPinned(pinned);
        Assert.That((scope.Length, scope.LengthInBytes, scope.AddrOfLockedObject != IntPtr.Zero), Is.EqualTo((12, 48, true)));
        Assert.That((locked.Length, locked.Extent, locked.ArrayView.Length), Is.EqualTo((12, new LongIndex1D(12), 12)));
        Action[] ways =
        [
            () => buffer.View.CopyToPageLockedAsync(locked),
            () => buffer.View.CopyToPageLockedAsync(stream, locked),
            () => buffer.AsContiguous().CopyToPageLockedAsync(locked),
            () => buffer.AsContiguous().CopyToPageLockedAsync(stream, locked),
        ];
        foreach (Action way in ways)
        {
            locked.Span.Clear();
            way();
            Accelerator.Synchronize();
            Assert.That(locked.GetArray(), Is.EqualTo(s_line));
            Assert.That(locked[new LongIndex1D(2)], Is.EqualTo(3));
        }

        Action[] scoped =
        [
            () => buffer.View.CopyToPageLockedAsync(scope),
            () => buffer.View.CopyToPageLockedAsync(stream, scope),
            () => buffer.AsContiguous().CopyToPageLockedAsync(scope),
            () => buffer.AsContiguous().CopyToPageLockedAsync(stream, scope),
        ];
        foreach (Action way in scoped)
        {
            Array.Clear(pinned);
            way();
            Accelerator.Synchronize();
            Assert.That(pinned, Is.EqualTo(s_line));
        }

        Action[] there =
        [
            () => buffer.View.CopyFromPageLockedAsync(locked),
            () => buffer.View.CopyFromPageLockedAsync(stream, locked),
            () => buffer.View.CopyFromPageLockedAsync(scope),
            () => buffer.View.CopyFromPageLockedAsync(stream, scope),
            () => buffer.AsContiguous().CopyFromPageLockedAsync(locked),
            () => buffer.AsContiguous().CopyFromPageLockedAsync(stream, locked),
            () => buffer.AsContiguous().CopyFromPageLockedAsync(scope),
            () => buffer.AsContiguous().CopyFromPageLockedAsync(stream, scope),
        ];
        foreach (Action way in there)
        {
            buffer.MemSetToZero();
            Accelerator.Synchronize();
            way();
            Accelerator.Synchronize();
            using var all = buffer.View.GetAsPageLocked1D(stream);
            using var again = buffer.AsContiguous().GetAsPageLocked1D();
            using var third = buffer.AsContiguous().GetAsPageLocked1D(stream);
            using var fourth = buffer.AsContiguous().GetAsPageLocked();
            using var fifth = buffer.AsContiguous().GetAsPageLocked(stream);
            foreach (var copy in new[] { all, again, third, fourth, fifth })
            {
                Assert.That(copy.GetArray(), Is.EqualTo(s_line));
            }
        }
    }

    [Test]
    public unsafe void PageLockedPlanesAndSpaces()
    {
        using AcceleratorStream stream = Accelerator.CreateStream();
        using var rows = Accelerator.Allocate2DDenseY(Plane);
        using var zy = Accelerator.Allocate3DDenseZY(Space);
        using var plane = Accelerator.AllocatePageLocked2D<int>(new LongIndex2D(3, 4));
        using var space = Accelerator.AllocatePageLocked3D<int>(new LongIndex3D(2, 3, 4));
        int[] pinned = GC.AllocateArray<int>(24, pinned: true);
        fixed (int* address = pinned)
        {
            using PageLockScope<int> scope = Accelerator.CreatePageLockFromPinned<int>((IntPtr)address, 24);
            rows.View.CopyToPageLockedAsync(plane);
            rows.View.CopyToPageLockedAsync(stream, plane);
            zy.View.CopyToPageLockedAsync(space);
            zy.View.CopyToPageLockedAsync(stream, space);
            Accelerator.Synchronize();
            Assert.That(plane.GetArray(), Is.EqualTo(Plane));
            Assert.That(space.GetArray(), Is.EqualTo(Space));
            Assert.That(
                (plane.Extent, plane[new LongIndex2D(1, 2)], space.Extent, space[new Index3D(1, 2, 3)], space[new LongIndex3D(0, 0, 1)]),
                Is.EqualTo((new LongIndex2D(3, 4), 7, new LongIndex3D(2, 3, 4), 24, 2)));
            rows.View.CopyFromPageLockedAsync(plane);
            rows.View.CopyFromPageLockedAsync(stream, plane);
            zy.View.CopyFromPageLockedAsync(space);
            zy.View.CopyFromPageLockedAsync(stream, space);
            Accelerator.Synchronize();
            zy.View.CopyToPageLockedAsync(scope);
            zy.View.CopyToPageLockedAsync(stream, scope);
            Accelerator.Synchronize();
            zy.View.CopyFromPageLockedAsync(scope);
            zy.View.CopyFromPageLockedAsync(stream, scope);
            Accelerator.Synchronize();
            Assert.That(zy.GetAsArray3D(), Is.EqualTo(Space));
            rows.View.CopyToPageLockedAsync(scope);
            rows.View.CopyToPageLockedAsync(stream, scope);
            Accelerator.Synchronize();
            rows.View.CopyFromPageLockedAsync(scope);
            rows.View.CopyFromPageLockedAsync(stream, scope);
            Accelerator.Synchronize();
            using var planeCopy = rows.View.GetAsPageLocked2D();
            using var planeAgain = rows.View.GetAsPageLocked2D(stream);
            using var spaceCopy = zy.View.GetAsPageLocked3D();
            using var spaceAgain = zy.View.GetAsPageLocked3D(stream);
            Assert.That(planeCopy.GetArray(), Is.EqualTo(Plane).And.EqualTo(planeAgain.GetArray()));
            Assert.That(spaceCopy.GetArray(), Is.EqualTo(Space).And.EqualTo(spaceAgain.GetArray()));
        }
    }

    [Test]
    public void ViewsAreCopiedAndSet()
    {
        using AcceleratorStream stream = Accelerator.CreateStream();
        using var source = Accelerator.Allocate1D(s_line);
        using var target = Accelerator.Allocate1D<int>(12);
        Action[] ways =
        [
            () => source.AsContiguous().CopyTo(target.AsContiguous()),
            () => source.AsContiguous().CopyTo(stream, target.AsContiguous()),
            () => target.AsContiguous().CopyFrom(source.AsContiguous()),
            () => target.AsContiguous().CopyFrom(stream, source.AsContiguous()),
            () => target.View.CopyFrom(source.View),
            () => source.CopyTo(stream, 0, target.AsRawArrayView()),
            () => target.CopyFrom(stream, source.AsRawArrayView(0), 0),
        ];
        foreach (Action way in ways)
        {
            target.View.MemSetToZero();
            target.View.MemSetToZero(stream);
            Accelerator.Synchronize();
            way();
            Accelerator.Synchronize();
            Assert.That(target.GetAsArray1D(), Is.EqualTo(s_line));
        }

        target.View.MemSet(1);
        Accelerator.Synchronize();
        target.View.MemSet(stream, 2);
        stream.Synchronize();
        Assert.That(target.GetAsArray1D(), Is.All.EqualTo(0x02020202));
        Assert.That(target.AsRawArrayView(4, 8).Length, Is.EqualTo(8));
        Assert.That(target.AsContiguous().HasData() && !target.AsContiguous().HasNoData(), Is.True);
        Assert.That(target.AsContiguous().GetAccelerator(), Is.SameAs(Accelerator));
        Assert.That(
            (
                target.ElementSize, target.Extent, target.IntExtent, target.Stride.XStride, ((ArrayView<int>)target).Length,
                target.ToArrayView().Length),
            Is.EqualTo((4, new LongIndex1D(12), new Index1D(12), 1, 12, 12)));
    }
}
