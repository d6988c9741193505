using ILGPU.Runtime;

namespace ILGPU.Algorithms.MatrixOperations;

/// <summary>A matrix of few entries: which there are, and their values.</summary>
/// <param name="edgeWeights">[rows, most entries of a row]: the values, where the shape has the columns.</param>
/// <param name="shapeView">Which entries there are.</param>
public readonly struct SparseMatrixView<T, TStride>(ArrayView2D<T, TStride> edgeWeights, SparseMatrixShapeView<TStride> shapeView)
    : ISparseMatrixShapeView<TStride>
    where T : unmanaged
    where TStride : struct, IStride2D
{
    public ArrayView2D<T, TStride> EdgeWeights { get; } = edgeWeights;

    public SparseMatrixShapeView<TStride> ShapeView { get; } = shapeView;

    /// <inheritdoc/>
    public ArrayView2D<int, TStride> Neighbors => ShapeView.Neighbors;

    /// <inheritdoc/>
    public ArrayView<int> NumNeighbors => ShapeView.NumNeighbors;

    /// <inheritdoc/>
    public Index1D NumRows => ShapeView.NumRows;

    /// <inheritdoc/>
    public Index1D NumColumns => ShapeView.NumColumns;

    /// <summary>The entry's value, 0 if there is none.</summary>
    public T this[Index1D row, Index1D column] =>
        ShapeView.TryFindColumn(row, column, out Index1D index) ? EdgeWeights[(long)row.X, index.X] : default;

    /// <summary>The value of a row's entry by its number within the row.</summary>
    public ref T DirectAccess(Index1D row, Index1D idx) => ref EdgeWeights[(long)row.X, idx.X];
}
