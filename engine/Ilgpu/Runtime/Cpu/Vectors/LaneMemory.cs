using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Loads, stores and atomics of the lanes of a batch. Contiguous elements are read and written as vectors; else the active lanes access
/// memory one after the other, in order. An inactive lane reads nothing, or what lies beside the others: buffers and shared memory are
/// padded for that on both sides.
/// </summary>
internal static unsafe class LaneMemory
{
    /// <summary>The bits of a batch all of whose lanes take part.</summary>
    public const int All = (1 << VectorPlan.Lanes) - 1;

    private static Vector256<int> Numbers => Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);

    private static Vector512<long> LongNumbers => Vector512.Create(0L, 1, 2, 3, 4, 5, 6, 7);

    /// <summary>The positions of the lanes in the group or warp.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> Positions(int* positions) => Vector256.Load(positions);

    /// <summary>Where each lane has an array of its own.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> Local(byte* start, int stride, int offset) =>
        Vector512.Create((long)start + offset) + (LongNumbers * Vector512.Create((long)stride));

    /// <summary>Reads a 32-bit scalar a lane.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<T> Load256<T>(Vector512<long> pointers, int bits)
        where T : unmanaged =>
        AreNeighbours<T>(pointers, bits) ? Vector256.Load((T*)pointers.ToScalar()) : Gather256<T>(pointers, bits);

    /// <summary>Reads a 64-bit scalar a lane.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<T> Load512<T>(Vector512<long> pointers, int bits)
        where T : unmanaged =>
        AreNeighbours<T>(pointers, bits) ? Vector512.Load((T*)pointers.ToScalar()) : Gather512<T>(pointers, bits);

    /// <summary>Writes a 32-bit scalar a lane.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static void Store256<T>(Vector512<long> pointers, Vector256<T> values, int bits)
        where T : unmanaged
    {
        if (AreNeighbours<T>(pointers, bits))
        {
            Vector256.Store(values, (T*)pointers.ToScalar());
        }
        else
        {
            Scatter256(pointers, values, bits);
        }
    }

    /// <summary>Writes a 64-bit scalar a lane.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static void Store512<T>(Vector512<long> pointers, Vector512<T> values, int bits)
        where T : unmanaged
    {
        if (AreNeighbours<T>(pointers, bits))
        {
            Vector512.Store(values, (T*)pointers.ToScalar());
        }
        else
        {
            Scatter512(pointers, values, bits);
        }
    }

    /// <summary>Reads a 32-bit scalar a lane, at a distance of a common start.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<T> LoadIndexed256<T>(long start, Vector256<int> index, long scale, int bits)
        where T : unmanaged =>
        AreNeighbours<T>(index, scale, bits)
            ? Vector256.Load((T*)(start + (index.ToScalar() * scale)))
            : GatherIndexed256<T>(start, index, scale, bits);

    /// <summary>Reads a 64-bit scalar a lane, at a distance of a common start.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<T> LoadIndexed512<T>(long start, Vector256<int> index, long scale, int bits)
        where T : unmanaged =>
        AreNeighbours<T>(index, scale, bits)
            ? Vector512.Load((T*)(start + (index.ToScalar() * scale)))
            : Gather512<T>(PointersTo(start, index, scale), bits);

    /// <summary>Writes a 32-bit scalar a lane, at a distance of a common start.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static void StoreIndexed256<T>(long start, Vector256<int> index, Vector256<T> values, long scale, int bits)
        where T : unmanaged
    {
        if (AreNeighbours<T>(index, scale, bits))
        {
            Vector256.Store(values, (T*)(start + (index.ToScalar() * scale)));
        }
        else
        {
            ScatterIndexed256(start, index, values, scale, bits);
        }
    }

    /// <summary>As <see cref="StoreIndexed256"/>, for elements that are no neighbours.</summary>
    [MethodImpl(LaneCode.Called)]
    public static void ScatterIndexed256<T>(long start, Vector256<int> index, Vector256<T> values, long scale, int bits)
        where T : unmanaged
    {
        int* distances = (int*)&index;
        T* from = (T*)&values;
        if (bits == All)
        {
            for (int lane = 0; lane < VectorPlan.Lanes; lane++)
            {
                *(T*)(start + (distances[lane] * scale)) = from[lane];
            }

            return;
        }

        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                *(T*)(start + (distances[lane] * scale)) = from[lane];
            }
        }
    }

    /// <summary>Writes a 64-bit scalar a lane, at a distance of a common start.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static void StoreIndexed512<T>(long start, Vector256<int> index, Vector512<T> values, long scale, int bits)
        where T : unmanaged
    {
        if (AreNeighbours<T>(index, scale, bits))
        {
            Vector512.Store(values, (T*)(start + (index.ToScalar() * scale)));
        }
        else
        {
            Scatter512(PointersTo(start, index, scale), values, bits);
        }
    }

    /// <summary>Reads a 32-bit scalar a lane, of which all but the first lie at multiples of a step behind it.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<T> LoadStrided256<T>(long first, int step, int bits)
        where T : unmanaged
    {
        if (bits == All)
        {
            return LoadAll256<T>((byte*)first, step);
        }

        Vector256<T> result = default;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                ((T*)&result)[lane] = *(T*)(first + (lane * (long)step));
            }
        }

        return result;
    }

    /// <summary>Reads a 64-bit scalar a lane, of which all but the first lie at multiples of a step behind it.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Vector512<T> LoadStrided512<T>(long first, int step, int bits)
        where T : unmanaged
    {
        Vector512<T> result = default;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                ((T*)&result)[lane] = *(T*)(first + (lane * (long)step));
            }
        }

        return result;
    }

    /// <summary>Writes a 64-bit scalar a lane, neighbours to neighbours.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static void StoreRow512<T>(long first, Vector512<T> values, int bits)
        where T : unmanaged
    {
        if (bits == All)
        {
            Vector512.Store(values, (T*)first);
        }
        else
        {
            StoreStrided512(first, sizeof(T), values, bits);
        }
    }

    /// <summary>Writes a 32-bit scalar a lane, the first lane's first and the others at multiples of a step behind it.</summary>
    [MethodImpl(LaneCode.Called)]
    public static void StoreStrided256<T>(long first, int step, Vector256<T> values, int bits)
        where T : unmanaged
    {
        if (bits != All)
        {
            StridedFrom(first, step, (T*)&values, bits);
            return;
        }

        long next = first;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            *(T*)next = ((T*)&values)[lane];
            next += step;
        }
    }

    /// <summary>Writes a 64-bit scalar a lane, the first lane's first and the others at multiples of a step behind it.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static void StoreStrided512<T>(long first, int step, Vector512<T> values, int bits)
        where T : unmanaged => StridedFrom(first, step, (T*)&values, bits);

    /// <summary>Reads neighbours.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> LoadRowInt8(sbyte* first) =>
        Widened(Vector128.WidenLower(Vector128.CreateScalar(*(long*)first).AsSByte()));

    /// <inheritdoc cref="LoadRowInt8"/>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> LoadRowUInt8(byte* first) =>
        Widened(Vector128.WidenLower(Vector128.CreateScalar(*(long*)first).AsByte()).AsInt16());

    /// <inheritdoc cref="LoadRowInt8"/>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> LoadRowInt16(short* first) => Widened(Vector128.Load(first));

    /// <inheritdoc cref="LoadRowInt8"/>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> LoadRowUInt16(ushort* first)
    {
        Vector128<ushort> all = Vector128.Load(first);
        return Vector256.Create(Vector128.WidenLower(all), Vector128.WidenUpper(all)).AsInt32();
    }

    /// <summary>Reads a number of 8 or 16 bits a lane, as the type says.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> LoadNarrow(Vector512<long> pointers, MemoryType type, int bits)
    {
        Vector256<int> result = default;
        int* to = (int*)&result;
        long* from = (long*)&pointers;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) == 0)
            {
                continue;
            }

            to[lane] = type switch
            {
                MemoryType.Int8 => *(sbyte*)from[lane],
                MemoryType.UInt8 => *(byte*)from[lane],
                MemoryType.Int16 => *(short*)from[lane],
                _ => *(ushort*)from[lane],
            };
        }

        return result;
    }

    /// <summary>Writes the low 8 or 16 bits of each lane.</summary>
    [MethodImpl(LaneCode.Called)]
    public static void StoreNarrow(Vector512<long> pointers, Vector256<int> values, int size, int bits)
    {
        int* from = (int*)&values;
        long* to = (long*)&pointers;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) == 0)
            {
                continue;
            }

            if (size == 1)
            {
                *(byte*)to[lane] = (byte)from[lane];
            }
            else
            {
                *(short*)to[lane] = (short)from[lane];
            }
        }
    }

    /// <summary>Updates memory for one lane after the other.</summary>
    /// <returns>What each found.</returns>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> AtomicInt32(Vector512<long> pointers, Vector256<int> values, AtomicKind kind, int bits)
    {
        int* value = (int*)&values;
        long* pointer = (long*)&pointers;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                value[lane] = HostAtomics.Update(pointer[lane], value[lane], kind);
            }
        }

        return values;
    }

    /// <inheritdoc cref="AtomicInt32"/>
    [MethodImpl(LaneCode.Called)]
    public static Vector512<long> AtomicInt64(Vector512<long> pointers, Vector512<long> values, AtomicKind kind, int bits)
    {
        long* value = (long*)&values;
        long* pointer = (long*)&pointers;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                value[lane] = HostAtomics.Update(pointer[lane], value[lane], kind);
            }
        }

        return values;
    }

    /// <inheritdoc cref="AtomicInt32"/>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<float> AtomicFloat32(Vector512<long> pointers, Vector256<float> values, AtomicKind kind, int bits)
    {
        float* value = (float*)&values;
        long* pointer = (long*)&pointers;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                value[lane] = HostAtomics.Update(pointer[lane], value[lane], kind);
            }
        }

        return values;
    }

    /// <inheritdoc cref="AtomicInt32"/>
    [MethodImpl(LaneCode.Called)]
    public static Vector512<double> AtomicFloat64(Vector512<long> pointers, Vector512<double> values, AtomicKind kind, int bits)
    {
        double* value = (double*)&values;
        long* pointer = (long*)&pointers;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                value[lane] = HostAtomics.Update(pointer[lane], value[lane], kind);
            }
        }

        return values;
    }

    /// <summary>Compares and exchanges 32 bits for one lane after the other.</summary>
    /// <returns>What each found.</returns>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<T> CompareExchange256<T>(Vector512<long> pointers, Vector256<T> expected, Vector256<T> values, int bits)
        where T : unmanaged
    {
        int* value = (int*)&values;
        int* comparand = (int*)&expected;
        long* pointer = (long*)&pointers;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                value[lane] = HostAtomics.CompareExchange(pointer[lane], comparand[lane], value[lane]);
            }
        }

        return values;
    }

    /// <summary>Compares and exchanges 64 bits for one lane after the other.</summary>
    /// <returns>What each found.</returns>
    [MethodImpl(LaneCode.Called)]
    public static Vector512<T> CompareExchange512<T>(Vector512<long> pointers, Vector512<T> expected, Vector512<T> values, int bits)
        where T : unmanaged
    {
        long* value = (long*)&values;
        long* comparand = (long*)&expected;
        long* pointer = (long*)&pointers;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                value[lane] = HostAtomics.CompareExchange(pointer[lane], comparand[lane], value[lane]);
            }
        }

        return values;
    }

    [MethodImpl(LaneCode.Hot)]
    private static bool AreNeighbours<T>(Vector512<long> pointers, int bits)
        where T : unmanaged =>
        bits == All && pointers == Vector512.Create(pointers.ToScalar()) + (LongNumbers << (sizeof(T) == sizeof(int) ? 2 : 3));

    [MethodImpl(LaneCode.Hot)]
    private static bool AreNeighbours<T>(Vector256<int> index, long scale, int bits)
        where T : unmanaged =>
        bits == All && scale == sizeof(T) && index == Vector256.Create(index.ToScalar()) + Numbers;

    [MethodImpl(LaneCode.Hot)]
    private static Vector256<int> Widened(Vector128<short> all) => Vector256.Create(Vector128.WidenLower(all), Vector128.WidenUpper(all));

    [MethodImpl(LaneCode.Called)]
    public static Vector256<T> LoadAll256<T>(byte* first, int step)
        where T : unmanaged
    {
        byte* second = first + (4 * (long)step);
        return Vector256.Create(
            *(int*)first, *(int*)(first + step), *(int*)(first + (2 * (long)step)), *(int*)(first + (3 * (long)step)), *(int*)second,
            *(int*)(second + step), *(int*)(second + (2 * (long)step)), *(int*)(second + (3 * (long)step))).As<int, T>();
    }

    [MethodImpl(LaneCode.Called)]
    private static void StridedFrom<T>(long first, int step, T* values, int bits)
        where T : unmanaged
    {
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                *(T*)(first + (lane * (long)step)) = values[lane];
            }
        }
    }

    /// <summary>Where lanes' scalars lie that have a distance of a common start.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> PointersTo(long start, Vector256<int> index, long scale) =>
        LaneOperations.Address(Vector512.Create(start), LaneOperations.Widen(index), scale);

    [MethodImpl(LaneCode.Called)]
    private static Vector256<T> GatherIndexed256<T>(long start, Vector256<int> index, long scale, int bits)
        where T : unmanaged
    {
        if (bits == All)
        {
            return Vector256.Create(
                *(int*)(start + (index[0] * scale)), *(int*)(start + (index[1] * scale)), *(int*)(start + (index[2] * scale)),
                *(int*)(start + (index[3] * scale)), *(int*)(start + (index[4] * scale)), *(int*)(start + (index[5] * scale)),
                *(int*)(start + (index[6] * scale)), *(int*)(start + (index[7] * scale))).As<int, T>();
        }

        Vector256<T> result = default;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                ((T*)&result)[lane] = *(T*)(start + (((int*)&index)[lane] * scale));
            }
        }

        return result;
    }

    [MethodImpl(LaneCode.Called)]
    private static Vector256<T> Gather256<T>(Vector512<long> pointers, int bits)
        where T : unmanaged
    {
        Vector256<T> result = default;
        GatherTo((T*)&result, (long*)&pointers, bits);
        return result;
    }

    [MethodImpl(LaneCode.Called)]
    private static Vector512<T> Gather512<T>(Vector512<long> pointers, int bits)
        where T : unmanaged
    {
        Vector512<T> result = default;
        GatherTo((T*)&result, (long*)&pointers, bits);
        return result;
    }

    [MethodImpl(LaneCode.Called)]
    private static void GatherTo<T>(T* to, long* pointers, int bits)
        where T : unmanaged
    {
        if (bits == All)
        {
            for (int lane = 0; lane < VectorPlan.Lanes; lane++)
            {
                to[lane] = *(T*)pointers[lane];
            }

            return;
        }

        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                to[lane] = *(T*)pointers[lane];
            }
        }
    }

    /// <summary>Writes a 32-bit scalar a lane, for the lanes that take part.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static void Scatter256<T>(Vector512<long> pointers, Vector256<T> values, int bits)
        where T : unmanaged => ScatterFrom((T*)&values, (long*)&pointers, bits);

    [MethodImpl(LaneCode.Hot)]
    private static void Scatter512<T>(Vector512<long> pointers, Vector512<T> values, int bits)
        where T : unmanaged => ScatterFrom((T*)&values, (long*)&pointers, bits);

    [MethodImpl(LaneCode.Called)]
    private static void ScatterFrom<T>(T* values, long* pointers, int bits)
        where T : unmanaged
    {
        if (bits == All)
        {
            for (int lane = 0; lane < VectorPlan.Lanes; lane++)
            {
                *(T*)pointers[lane] = values[lane];
            }

            return;
        }

        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            if ((bits >> lane & 1) != 0)
            {
                *(T*)pointers[lane] = values[lane];
            }
        }
    }
}
