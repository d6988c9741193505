namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Cache of the packed and transformed forms of a weight that won't change (<see cref="IKernels.Hold"/>). A form is cached from its second
/// use on, so that a network that translates a single image allocates no memory for forms used once.
/// </summary>
/// <param name="weight">the weight's memory</param>
internal sealed unsafe class HeldWeight(DeviceSpan weight)
{
    private readonly (long Offset, long Length, int RentCount) _key = KeyOf(weight);
    private readonly Dictionary<object, Form> _forms = [];

    /// <summary>False for another part of the storage, and if the pool has rented the storage out again since.</summary>
    public bool IsOf(DeviceSpan weight) => _key == KeyOf(weight);

    private static (long Offset, long Length, int RentCount) KeyOf(DeviceSpan span) => (span.Offset, span.Length, span.Storage.RentCount);

    /// <summary>Memory for a form of the weight; the caller fills it unless <paramref name="isMade"/>.</summary>
    /// <param name="held">the cache; null for a weight that may change</param>
    /// <param name="key">equal for all plans that read the weight in the same form, whatever the size of their images</param>
    /// <param name="count">floats of the form</param>
    /// <param name="scratch">memory for a form that is not cached</param>
    /// <param name="isMade">true if the cached form is complete</param>
    public static float* FormOf(HeldWeight? held, object key, long count, float* scratch, out bool isMade)
    {
        isMade = false;
        if (held is null)
        {
            return scratch;
        }

        if (!held._forms.TryGetValue(key, out var form))
        {
            held._forms.Add(key, new Form());
            return scratch;
        }

        isMade = form.IsMade;
        form.IsMade = true;
        return form.Numbers.Floats(count);
    }

    private sealed class Form
    {
        public Scratch Numbers { get; } = new();

        public bool IsMade { get; set; }
    }
}
