namespace IlgpuGan.Tensors.Devices.Gpu.Registers;

/// <summary>Says what each number of a set is, one after the other.</summary>
internal interface ISource<T>
{
    T Get(int index);
}

/// <summary>Takes the numbers of a set, one after the other.</summary>
internal interface ITarget<T>
{
    void Put(int index, T value);
}

/// <summary>A function of a number and of its place in a set.</summary>
internal interface IMap<T>
{
    T Of(int index, T value);
}

/// <summary>
/// So many numbers in a thread's registers, or rows of them. ILGPU keeps arrays of a thread (<c>LocalMemory</c>) in memory, also where
/// every index is a constant; fields of structures become registers. So a set is a structure of structures down to one number, and what
/// goes over all of them is a recursion that the compiler inlines: each index is a constant then.
/// </summary>
/// <remarks>
/// ILGPU takes structures of the same numbers for the same type, nested in whatever way it met first, and cuts parts only along that
/// nesting. So all sets of one size are nested alike: <see cref="Pair{TPart,T}"/> of pairs, and <see cref="Triple{TPart,T}"/> innermost or
/// outermost. Numbers are floats: a set of integers would be taken for the structures that the host sends.
/// </remarks>
/// <typeparam name="TSelf">the set</typeparam>
/// <typeparam name="T">a number, or a row of numbers</typeparam>
internal interface IRegisterArray<TSelf, T>
    where TSelf : struct, IRegisterArray<TSelf, T>
{
    /// <summary>How many there are.</summary>
    static abstract int Count { get; }

    /// <summary>The set whose i-th member is the source's (first + i)-th.</summary>
    static abstract TSelf Make<TSource>(ref TSource source, int first)
        where TSource : struct, ISource<T>;

    /// <summary>Hands over each member, the i-th as (first + i)-th.</summary>
    static abstract void Each<TTarget>(TSelf self, ref TTarget target, int first)
        where TTarget : struct, ITarget<T>;

    /// <summary>The function of each member.</summary>
    static abstract TSelf Map<TMap>(TSelf self, ref TMap map, int first)
        where TMap : struct, IMap<T>;
}

/// <summary>Numbers that are added and multiplied, all at once.</summary>
internal interface IFloatVector<TSelf> : IRegisterArray<TSelf, float>
    where TSelf : struct, IFloatVector<TSelf>
{
    /// <summary>Hands over each four of numbers; sets of fewer have none.</summary>
    static abstract void EachFour<TTarget>(TSelf self, ref TTarget target, int first)
        where TTarget : struct, ITarget<Float4>;

    /// <summary>sum + factor · x.</summary>
    static abstract TSelf AddProduct(TSelf sum, float factor, TSelf x);
}
