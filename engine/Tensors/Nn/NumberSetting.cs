namespace IlgpuGan.Tensors.Nn;

/// <summary>Settings of layers and optimisers, refused where they are given.</summary>
internal static class NumberSetting
{
    /// <param name="value">the setting</param>
    /// <param name="name">the parameter's name</param>
    /// <param name="what">layer and setting, as the message begins</param>
    /// <exception cref="ArgumentOutOfRangeException">it is not a finite number</exception>
    public static float Finite(float value, string name, string what) =>
        float.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{what} must be a finite number");

    /// <inheritdoc cref="Finite"/>
    /// <exception cref="ArgumentOutOfRangeException">it is negative or not a finite number</exception>
    public static float NotNegative(float value, string name, string what) =>
        value >= 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{what} must be at least 0, and finite");

    /// <inheritdoc cref="Finite"/>
    /// <exception cref="ArgumentOutOfRangeException">it is not from 0 to below 1</exception>
    public static float Decay(float value, string name, string what) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{what} must be at least 0 and below 1");

    /// <inheritdoc cref="Finite"/>
    /// <exception cref="ArgumentOutOfRangeException">it is not from 0 to 1</exception>
    public static float Share(float value, string name, string what) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{what} must be from 0 to 1");

    /// <inheritdoc cref="Finite"/>
    /// <exception cref="ArgumentOutOfRangeException">it is below 1</exception>
    public static int Positive(int value, string name, string what) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{what} must be at least 1");
}
