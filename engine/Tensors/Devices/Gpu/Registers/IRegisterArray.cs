namespace IlgpuGan.Tensors.Devices.Gpu.Registers;

/// <summary>Gives the elements of an array, by index.</summary>
internal interface ISource<T>
{
    T Get(int index);
}

/// <summary>Receives the elements of an array, in order.</summary>
internal interface ITarget<T>
{
    void Put(int index, T value);
}

/// <summary>A function of an element and its index.</summary>
internal interface IMap<T>
{
    T Of(int index, T value);
}

/// <summary>
/// A fixed-size array in a thread's registers, of numbers or of rows of numbers. ILGPU keeps a thread's arrays (<c>LocalMemory</c>) in
/// memory, even where every index is a constant; fields of structures become registers. So an array is a structure of structures down to
/// one element, and loops over it are recursions that the compiler inlines, so that each index is a constant.
/// </summary>
/// <remarks>
/// ILGPU identifies structures with the same fields as one type, with the nesting that it met first, and extracts parts only along that
/// nesting. So all arrays of one size must be nested alike: <see cref="Pair{TPart,T}"/> of pairs, and <see cref="Triple{TPart,T}"/>
/// innermost or outermost. Elements are floats: arrays of integers would be identified with structures that the host passes.
/// </remarks>
/// <typeparam name="TSelf">the array type</typeparam>
/// <typeparam name="T">a number, or a row of numbers</typeparam>
internal interface IRegisterArray<TSelf, T>
    where TSelf : struct, IRegisterArray<TSelf, T>
{
    /// <summary>Number of elements.</summary>
    static abstract int Count { get; }

    /// <summary>The array whose i-th element is the source's (first + i)-th.</summary>
    static abstract TSelf Make<TSource>(ref TSource source, int first)
        where TSource : struct, ISource<T>;

    /// <summary>Passes each element to the target, the i-th with index first + i.</summary>
    static abstract void Each<TTarget>(TSelf self, ref TTarget target, int first)
        where TTarget : struct, ITarget<T>;

    /// <summary>The array of the function's values, for indices from <paramref name="first"/> on.</summary>
    static abstract TSelf Map<TMap>(TSelf self, ref TMap map, int first)
        where TMap : struct, IMap<T>;
}

/// <summary>A vector of floats in registers, with element-wise arithmetic.</summary>
internal interface IFloatVector<TSelf> : IRegisterArray<TSelf, float>
    where TSelf : struct, IFloatVector<TSelf>
{
    /// <summary>Passes each group of four neighbours to the target; does nothing for shorter vectors.</summary>
    static abstract void EachFour<TTarget>(TSelf self, ref TTarget target, int first)
        where TTarget : struct, ITarget<Float4>;

    /// <summary>sum + factor · x.</summary>
    static abstract TSelf AddProduct(TSelf sum, float factor, TSelf x);
}
