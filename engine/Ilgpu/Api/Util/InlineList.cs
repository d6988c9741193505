namespace ILGPU.Util;

/// <summary>What ILGPU keeps beside its lists: questions to an item.</summary>
public static class InlineList
{
    /// <summary>A question to an item that is answered by yes or no.</summary>
    public interface IPredicate<T>
    {
        bool Apply(T item);
    }

    /// <summary>Says yes to every item.</summary>
    public readonly struct TruePredicate<T> : IPredicate<T>
    {
        public bool Apply(T item) => true;
    }
}
