namespace ILGPU;

/// <summary>The shape of an explicitly grouped launch: groups in the grid, threads in a group, dynamic shared memory.</summary>
public readonly struct KernelConfig : IIntrinsicIndex
{
    public KernelConfig(Index1D gridDim, Index1D groupDim)
        : this(gridDim, groupDim, default)
    {
    }

    public KernelConfig(Index1D gridDim, Index1D groupDim, SharedMemoryConfig sharedMemoryConfig)
        : this(new Index3D(gridDim.X, 1, 1), new Index3D(groupDim.X, 1, 1), sharedMemoryConfig)
    {
    }

    public KernelConfig(Index2D gridDim, Index2D groupDim)
        : this(gridDim, groupDim, default)
    {
    }

    public KernelConfig(Index2D gridDim, Index2D groupDim, SharedMemoryConfig sharedMemoryConfig)
        : this(new Index3D(gridDim, 1), new Index3D(groupDim, 1), sharedMemoryConfig)
    {
    }

    public KernelConfig(int gridDimX, int gridDimY, int gridDimZ, int groupDimX, int groupDimY, int groupDimZ)
        : this(new Index3D(gridDimX, gridDimY, gridDimZ), new Index3D(groupDimX, groupDimY, groupDimZ))
    {
    }

    public KernelConfig(Index3D gridDim, Index3D groupDim)
        : this(gridDim, groupDim, default)
    {
    }

    public KernelConfig(Index3D gridDim, Index3D groupDim, SharedMemoryConfig sharedMemoryConfig)
    {
        GridDim = gridDim;
        GroupDim = groupDim;
        SharedMemoryConfig = sharedMemoryConfig;
    }

    /// <summary>The number of groups per dimension.</summary>
    public Index3D GridDim { get; }

    /// <summary>The number of threads of a group per dimension.</summary>
    public Index3D GroupDim { get; }

    public SharedMemoryConfig SharedMemoryConfig { get; }

    public bool UsesDynamicSharedMemory => SharedMemoryConfig.UsesDynamicSharedMemory;

    /// <summary>Whether there is at least one thread.</summary>
    public bool IsValid =>
        GridDim.X > 0 && GridDim.Y > 0 && GridDim.Z > 0 && GroupDim.X > 0 && GroupDim.Y > 0 && GroupDim.Z > 0;

    /// <summary>The number of threads.</summary>
    public long Size => GridDim.LongSize * GroupDim.LongSize;

    IndexType IIndex.IndexType => IndexType.KernelConfig;

    public (Index3D GridDim, Index3D GroupDim) ToDimensions() => (GridDim, GroupDim);

    public (Index3D GridDim, Index3D GroupDim, SharedMemoryConfig SharedMemoryConfig) ToValueTuple() =>
        (GridDim, GroupDim, SharedMemoryConfig);

    public void Deconstruct(out Index3D gridDim, out Index3D groupDim)
    {
        gridDim = GridDim;
        groupDim = GroupDim;
    }

    public void Deconstruct(out Index3D gridDim, out Index3D groupDim, out SharedMemoryConfig sharedMemoryConfig)
    {
        gridDim = GridDim;
        groupDim = GroupDim;
        sharedMemoryConfig = SharedMemoryConfig;
    }

    public override string ToString() => $"grid {GridDim}, group {GroupDim}";

    public static implicit operator KernelConfig((Index1D GridDim, Index1D GroupDim) dimensions) =>
        new(dimensions.GridDim, dimensions.GroupDim);

    public static implicit operator KernelConfig((Index2D GridDim, Index2D GroupDim) dimensions) =>
        new(dimensions.GridDim, dimensions.GroupDim);

    public static implicit operator KernelConfig((Index3D GridDim, Index1D GroupDim) dimensions) =>
        new(dimensions.GridDim, new Index3D(dimensions.GroupDim.X, 1, 1));

    public static implicit operator KernelConfig((Index3D GridDim, Index2D GroupDim) dimensions) =>
        new(dimensions.GridDim, new Index3D(dimensions.GroupDim, 1));

    public static implicit operator KernelConfig((Index3D GridDim, Index3D GroupDim) dimensions) =>
        new(dimensions.GridDim, dimensions.GroupDim);

    public static implicit operator KernelConfig((Index1D GridDim, Index1D GroupDim, SharedMemoryConfig SharedMemoryConfig) dimensions) =>
        new(dimensions.GridDim, dimensions.GroupDim, dimensions.SharedMemoryConfig);

    public static implicit operator KernelConfig((Index3D GridDim, Index3D GroupDim, SharedMemoryConfig SharedMemoryConfig) dimensions) =>
        new(dimensions.GridDim, dimensions.GroupDim, dimensions.SharedMemoryConfig);

    public static implicit operator (Index3D GridDim, Index3D GroupDim)(KernelConfig config) => config.ToDimensions();

    public static implicit operator (Index3D GridDim, Index3D GroupDim, SharedMemoryConfig SharedMemoryConfig)(KernelConfig config) =>
        config.ToValueTuple();
}
