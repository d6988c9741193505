using ILGPU.Runtime;

namespace ILGPU.Algorithms.Vectors;

/// <summary>One vector of a <see cref="VectorView{T}"/>.</summary>
public readonly struct SingleVectorView<T>
    where T : unmanaged
{
    private readonly ArrayView1D<T, Stride1D.General> _elements;

    /// <param name="vectorView">The elements of all vectors: all first elements, then all second elements and so on.</param>
    /// <param name="numVectors">How many vectors there are.</param>
    /// <param name="dimension">How many elements a vector has.</param>
    /// <param name="vectorIndex">Which of the vectors this is.</param>
    public SingleVectorView(ArrayView<T> vectorView, LongIndex1D numVectors, Index1D dimension, LongIndex1D vectorIndex)
        : this(new(vectorView.SubView(vectorIndex.X), dimension, new Stride1D.General((int)numVectors.X)), dimension, vectorIndex)
    {
    }

    /// <param name="vectorView">The elements of this vector.</param>
    /// <param name="dimension">How many elements the vector has.</param>
    /// <param name="vectorIndex">Which vector this is.</param>
    public SingleVectorView(ArrayView1D<T, Stride1D.General> vectorView, Index1D dimension, LongIndex1D vectorIndex)
    {
        _elements = vectorView;
        Dimension = dimension;
        VectorIndex = vectorIndex;
    }

    public bool IsValid => _elements.IsValid;

    /// <summary>How many vectors lie side by side: the distance between two elements of this one.</summary>
    public LongIndex1D NumVectors => _elements.Stride.StrideExtent.X;

    public LongIndex1D VectorIndex { get; }

    /// <summary>How many elements the vector has.</summary>
    public Index1D Dimension { get; }

    public ref T this[Index1D elementIndex] => ref _elements[elementIndex];

    public static implicit operator SingleVectorView<T>(ArrayView1D<T, Stride1D.General> dataView) => new(dataView, dataView.IntExtent, 0);
}

/// <summary>
/// Many vectors of as many elements: [elements, vectors], so that threads that each have a vector read neighbouring memory.
/// </summary>
public readonly struct VectorView<T>
    where T : unmanaged
{
    public VectorView(ArrayView2D<T, Stride2D.DenseY> arrayView2D)
    {
        DataView = arrayView2D;
    }

    public bool IsValid => DataView.IsValid;

    /// <summary>How many elements a vector has.</summary>
    public Index1D Dimension => (int)DataView.Extent.X;

    public LongIndex1D NumVectors => DataView.Extent.Y;

    /// <summary>[elements, vectors].</summary>
    public ArrayView2D<T, Stride2D.DenseY> DataView { get; }

    public ref T this[LongIndex1D vectorIndex, Index1D elementIndex] => ref DataView[elementIndex.X, vectorIndex.X];

    public static implicit operator VectorView<T>(ArrayView2D<T, Stride2D.DenseY> dataView) => new(dataView);

    /// <summary>Memory for so many vectors of so many elements.</summary>
    public static MemoryBuffer2D<T, Stride2D.DenseY> Allocate(Accelerator accelerator, LongIndex1D numVectors, Index1D dimension) =>
        accelerator.Allocate2DDenseY<T>(new LongIndex2D(dimension, numVectors));

    public SingleVectorView<T> SliceVector(LongIndex1D vectorIndex) =>
        new(DataView.BaseView, NumVectors, Dimension, vectorIndex);
}
