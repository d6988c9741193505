using ILGPU.Runtime;

namespace ILGPU.Algorithms.MatrixOperations;

/// <summary>Which entries of a matrix there are.</summary>
public interface ISparseMatrixShapeView<TStride>
    where TStride : struct, IStride2D
{
    /// <summary>[rows, most entries of a row]: the columns of a row's entries, ascending.</summary>
    ArrayView2D<int, TStride> Neighbors { get; }

    /// <summary>[rows]: how many entries a row has.</summary>
    ArrayView<int> NumNeighbors { get; }

    Index1D NumRows { get; }

    Index1D NumColumns { get; }
}

/// <inheritdoc cref="ISparseMatrixShapeView{TStride}"/>
public readonly struct SparseMatrixShapeView<TStride>(
    ArrayView2D<int, TStride> neighbors, ArrayView<int> numNeighbors, Index1D numRows, Index1D numColumns)
    : ISparseMatrixShapeView<TStride>
    where TStride : struct, IStride2D
{
    /// <inheritdoc/>
    public ArrayView2D<int, TStride> Neighbors { get; } = neighbors;

    /// <inheritdoc/>
    public ArrayView<int> NumNeighbors { get; } = numNeighbors;

    /// <inheritdoc/>
    public Index1D NumRows { get; } = numRows;

    /// <inheritdoc/>
    public Index1D NumColumns { get; } = numColumns;

    /// <summary>Looks an entry up.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="column">Its column.</param>
    /// <param name="index">Which of the row's entries it is; -1 if there is none.</param>
    public bool TryFindColumn(Index1D row, Index1D column, out Index1D index)
    {
        int low = 0;
        int high = NumNeighbors[row];
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (Neighbors[(long)row.X, middle] < column.X)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        bool isThere = low < NumNeighbors[row] && Neighbors[(long)row.X, low] == column.X;
        index = isThere ? low : -1;
        return isThere;
    }
}
