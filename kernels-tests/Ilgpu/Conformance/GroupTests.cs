using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>What the threads of a group do together: positions, shared memory, barriers, broadcasts.</summary>
public sealed class GroupTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static void Positions(ArrayView<int> target)
    {
        int thread = Grid.GlobalLinearIndex;
        ArrayView<int> mine = target.SubView(thread * 16, 16);
        mine[0] = Grid.IdxX;
        mine[1] = Grid.IdxY;
        mine[2] = Grid.IdxZ;
        mine[3] = Grid.DimX * 100 + Grid.DimY * 10 + Grid.DimZ;
        mine[4] = Group.IdxX;
        mine[5] = Group.IdxY;
        mine[6] = Group.IdxZ;
        mine[7] = Group.DimX * 100 + Group.DimY * 10 + Group.DimZ;
        mine[8] = Grid.LinearIndex;
        mine[9] = Group.LinearIndex;
        mine[10] = Grid.GlobalIndex.X;
        mine[11] = Grid.GlobalIndex.Y;
        mine[12] = Grid.GlobalIndex.Z;
        mine[13] = Group.IsFirstThread ? 1 : 0;
        mine[14] = Group.IsLastThread ? 1 : 0;
        mine[15] = (int)Grid.LongGlobalIndex.X + Grid.Index.Y + Grid.Dimension.Z + Group.Index.X + Group.Dimension.Y;
    }

    private static IEnumerable<TestCaseData> Shapes()
    {
        yield return new TestCaseData(new Index3D(3, 1, 1), new Index3D(8, 1, 1));
        yield return new TestCaseData(new Index3D(2, 3, 1), new Index3D(4, 2, 1));
        yield return new TestCaseData(new Index3D(2, 2, 3), new Index3D(2, 3, 2));
    }

    [TestCaseSource(nameof(Shapes))]
    public void ThreadsKnowWhereTheyAre(Index3D grid, Index3D group)
    {
        int threads = grid.Size * group.Size;
        using var buffer = Accelerator.Allocate1D<int>(threads * 16);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Positions)((grid, group), buffer.AsContiguous());
        int[] result = buffer.GetAsArray1D();
        for (int t = 0; t < threads; t++)
        {
            int g = t / group.Size;
            int l = t % group.Size;
            var block = new Index3D(g % grid.X, g / grid.X % grid.Y, g / grid.X / grid.Y);
            var lane = new Index3D(l % group.X, l / group.X % group.Y, l / group.X / group.Y);
            Index3D global = block * group + lane;
            int[] expected =
            [
                block.X, block.Y, block.Z, grid.X * 100 + grid.Y * 10 + grid.Z,
                lane.X, lane.Y, lane.Z, group.X * 100 + group.Y * 10 + group.Z,
                g, l, global.X, global.Y, global.Z, l == 0 ? 1 : 0, l == group.Size - 1 ? 1 : 0,
                global.X + block.Y + grid.Z + lane.X + group.Y,
            ];
            Assert.That(result[(t * 16)..(t * 16 + 16)], Is.EqualTo(expected));
        }
    }

    [Test]
    public void SharedMemoryReversesAGroup()
    {
        using var buffer = Accelerator.Allocate1D(Enumerable.Range(0, 64).ToArray());
        Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel)((4, 16), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 64).Select(i => i / 16 * 16 + 15 - i % 16)));

        static void Kernel(ArrayView<int> view)
        {
            ArrayView<int> shared = SharedMemory.Allocate<int>(16);
            shared[Group.IdxX] = view[Grid.GlobalIndex.X];
            Group.Barrier();
            view[Grid.GlobalIndex.X] = shared[15 - Group.IdxX];
        }
    }

    [Test]
    public void SharedMemoryHasManyShapes()
    {
        using var buffer = Accelerator.Allocate1D<float>(8);
        Accelerator.LoadStreamKernel<ArrayView<float>>(Kernel)((1, 8), buffer.AsContiguous());
        Assert.That(
            buffer.GetAsArray1D(),
            Is.EqualTo(Enumerable.Range(0, 8).Select(i => (7 - i) * 1f + (7 - i) * 2 + (7 - i) * 3 + (7 - i) * 0.5f + 42)));

        static void Kernel(ArrayView<float> view)
        {
            int i = Group.IdxX;
            int j = 7 - i;
            ArrayView2D<float, Stride2D.DenseX> x = SharedMemory.Allocate2DDenseX<float>(new Index2D(4, 2));
            ArrayView2D<double, Stride2D.DenseY> y = SharedMemory.Allocate2DDenseY<double>(new Index2D(4, 2));
            ArrayView3D<short, Stride3D.DenseXY> z = SharedMemory.Allocate3DDenseXY<short>(new Index3D(2, 2, 2));
            ArrayView2D<float, Stride2D.DenseX> padded =
                SharedMemory.Allocate2D<float, Stride2D.DenseX>(new Index2D(4, 2), new Stride2D.DenseX(5));
            ref int single = ref SharedMemory.Allocate<int>();
            x[i % 4, i / 4] = i;
            y[i % 4, i / 4] = i * 2;
            z[i % 2, i / 2 % 2, i / 4] = (short)(i * 3);
            padded[i % 4, i / 4] = i * 0.5f;
            if (Group.IsFirstThread)
            {
                single = 42;
            }
            Group.Barrier();
            view[i] = x[j % 4, j / 4] + (float)y[j % 4, j / 4] + z[j % 2, j / 2 % 2, j / 4] + padded[j % 4, j / 4] + single;
        }
    }

    [Test]
    public void BarriersInLoopsReduceAGroup()
    {
        int[] data = [.. Enumerable.Range(0, 256).Select(i => i * 7 % 31)];
        using var input = Accelerator.Allocate1D(data);
        using var output = Accelerator.Allocate1D<int>(4);
        Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(Kernel)((4, 64), input.AsContiguous(), output.AsContiguous());
        Assert.That(output.GetAsArray1D(), Is.EqualTo(data.Chunk(64).Select(chunk => chunk.Sum())));

        static void Kernel(ArrayView<int> source, ArrayView<int> target)
        {
            ArrayView<int> partial = SharedMemory.Allocate<int>(64);
            int i = Group.IdxX;
            partial[i] = source[Grid.GlobalIndex.X];
            Group.Barrier();
            for (int step = Group.DimX / 2; step > 0; step /= 2)
            {
                if (i < step)
                {
                    partial[i] += partial[i + step];
                }
                Group.Barrier();
            }

            if (i == 0)
            {
                target[Grid.IdxX] = partial[0];
            }
        }
    }

    [Test]
    public void ValuesSurviveBarriers()
    {
        using var buffer = Accelerator.Allocate1D<double>(32);
        Accelerator.LoadStreamKernel<ArrayView<double>, float, long>(Kernel)((2, 16), buffer.AsContiguous(), 0.25f, 1L << 40);
        double[] expected = [.. Enumerable.Range(0, 32)
            .Select(i => Enumerable.Range(0, 3).Sum(k => (i % 16 + k) % 16 * (double)(i % 16 + 1)) + i * 0.25 + (1L << 40))];
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(expected));

        static void Kernel(ArrayView<double> target, float scale, long offset)
        {
            ArrayView<int> shared = SharedMemory.Allocate<int>(16);
            int i = Group.IdxX;
            double sum = 0;
            float mine = Grid.GlobalIndex.X * scale;
            bool isWeighted = i >= 0;
            shared[i] = i;
            for (int k = 0; k < 3; k++)
            {
                Group.Barrier();
                int seen = shared[(i + k) % 16];
                Group.Barrier();
                sum += isWeighted ? seen * (double)(i + 1) : 0;
            }

            target[Grid.GlobalIndex.X] = sum + mine + offset;
        }
    }

    [Test]
    public void BarriersCountAndCombine()
    {
        using var buffer = Accelerator.Allocate1D<int>(24);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel)((1, 8), buffer.AsContiguous());
        int[] expected = [.. Enumerable.Repeat(3, 8), .. Enumerable.Repeat(2, 8), .. Enumerable.Repeat(1, 8)];
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(expected));

        static void Kernel(ArrayView<int> target)
        {
            int i = Group.IdxX;
            target[i] = Group.BarrierPopCount(i % 3 == 0);
            target[8 + i] = (Group.BarrierAnd(i < 8) ? 2 : 0) + (Group.BarrierAnd(i < 7) ? 1 : 0);
            target[16 + i] = (Group.BarrierOr(i > 7) ? 2 : 0) + (Group.BarrierOr(i == 5) ? 1 : 0);
        }
    }

    [Test]
    public void ValuesAreBroadcast()
    {
        using var buffer = Accelerator.Allocate1D<long>(16);
        Accelerator.LoadStreamKernel<ArrayView<long>>(Kernel)((2, 8), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 16).Select(i => (i / 8 * 8 + 5) * 10L + (i / 8 * 8) * 3)));

        static void Kernel(ArrayView<long> target)
        {
            long fromFive = Group.Broadcast((long)Grid.GlobalIndex.X, 5);
            int fromZero = Group.Broadcast(Grid.GlobalIndex.X, 0);
            target[Grid.GlobalIndex.X] = fromFive * 10 + fromZero * 3;
        }
    }

    [Test]
    public void DynamicSharedMemoryHasTheRequestedLength()
    {
        using var buffer = Accelerator.Allocate1D<int>(33);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel);
        kernel((1, 32, SharedMemoryConfig.RequestDynamic<int>(32)), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 32).Select(i => 31 - i).Append(32)));
        kernel((1, 32, SharedMemoryConfig.RequestDynamic<byte>(400)), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D()[32], Is.EqualTo(100));

        static void Kernel(ArrayView<int> target)
        {
            ArrayView<int> shared = SharedMemory.GetDynamic<int>();
            shared[Group.IdxX] = Group.IdxX;
            Group.Barrier();
            target[Group.IdxX] = SharedMemory.GetDynamic<int>()[31 - Group.IdxX];
            if (Group.IsFirstThread)
            {
                target[32] = shared.IntLength;
            }
        }
    }

    [Test]
    public void DynamicMemoryWithoutARequestIsEmpty()
    {
        using var buffer = Accelerator.Allocate1D<int>(1);
        Accelerator.LoadStreamKernel<ArrayView<int>>(view => view[0] = SharedMemory.GetDynamic<float>().IntLength + 7)(
            (1, 1), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D()[0], Is.EqualTo(7));
    }

    [Test]
    public void TiledMatrixMultiplication()
    {
        const int N = 37, M = 29, K = 41;
        var random = new Random(3);
        var a = new float[N, K];
        var b = new float[K, M];
        for (int i = 0; i < N * K; i++)
        {
            a[i / K, i % K] = random.Next(-8, 8);
        }
        for (int i = 0; i < K * M; i++)
        {
            b[i / M, i % M] = random.Next(-8, 8);
        }
        using var left = Accelerator.Allocate2DDenseX(a);
        using var right = Accelerator.Allocate2DDenseX(b);
        using var product = Accelerator.Allocate2DDenseX<float>((N, M));
        var kernel = Accelerator.LoadStreamKernel<ArrayView2D<float, Stride2D.DenseX>, ArrayView2D<float, Stride2D.DenseX>,
            ArrayView2D<float, Stride2D.DenseX>>(TiledMultiply);
        kernel((new Index2D((N + Tile - 1) / Tile, (M + Tile - 1) / Tile), new Index2D(Tile, Tile)), left.View, right.View, product.View);
        float[,] result = product.GetAsArray2D();
        for (int x = 0; x < N; x++)
        {
            for (int y = 0; y < M; y++)
            {
                Assert.That(result[x, y], Is.EqualTo(Enumerable.Range(0, K).Sum(k => a[x, k] * b[k, y])));
            }
        }
    }

    private const int Tile = 8;

    private static void TiledMultiply(
        ArrayView2D<float, Stride2D.DenseX> a, ArrayView2D<float, Stride2D.DenseX> b, ArrayView2D<float, Stride2D.DenseX> c)
    {
        Index2D global = Grid.GlobalIndex.XY;
        int x = Group.IdxX;
        int y = Group.IdxY;
        var aTile = SharedMemory.Allocate2D<float, Stride2D.DenseX>(new Index2D(Tile, Tile), new Stride2D.DenseX(Tile));
        var bTile = SharedMemory.Allocate2D<float, Stride2D.DenseX>(new Index2D(Tile, Tile), new Stride2D.DenseX(Tile));
        float sum = 0;
        for (int i = 0; i < a.IntExtent.Y; i += Tile)
        {
            aTile[x, y] = global.X < a.IntExtent.X && y + i < a.IntExtent.Y ? a[global.X, y + i] : 0;
            bTile[x, y] = x + i < b.IntExtent.X && global.Y < b.IntExtent.Y ? b[x + i, global.Y] : 0;
            Group.Barrier();
            for (int k = 0; k < Tile; k++)
            {
                sum += aTile[x, k] * bTile[k, y];
            }
            Group.Barrier();
        }

        if (global.X < c.IntExtent.X && global.Y < c.IntExtent.Y)
        {
            c[global] = sum;
        }
    }
}
