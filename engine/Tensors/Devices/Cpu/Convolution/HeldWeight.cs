namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// A weight that somebody promised not to change, in the forms in which convolutions read it. A form is kept from its second use on: a
/// network that translates one picture pays for no memory that it would not use again.
/// </summary>
/// <param name="weight">where it lies</param>
internal sealed unsafe class HeldWeight(DeviceSpan weight)
{
    private readonly (long Offset, long Length, int Rental) _place = PlaceOf(weight);
    private readonly Dictionary<object, Form> _forms = [];

    /// <summary>False for another part of the memory, and where a pool has given the memory to somebody else since.</summary>
    public bool IsOf(DeviceSpan weight) => _place == PlaceOf(weight);

    private static (long Offset, long Length, int Rental) PlaceOf(DeviceSpan span) => (span.Offset, span.Length, span.Storage.Rental);

    /// <summary>Room for a form of the weight, and whether it has to be made.</summary>
    /// <param name="held">null for a weight that may change</param>
    /// <param name="key">equal for all plans that read the weight in one form, whatever the size of their pictures</param>
    /// <param name="count">floats of it</param>
    /// <param name="scratch">where a form goes that is not kept</param>
    /// <param name="isMade">true if it is there already</param>
    public static float* FormOf(HeldWeight? held, object key, long count, Scratch scratch, out bool isMade)
    {
        isMade = false;
        if (held is null)
        {
            return scratch.Floats(count);
        }

        if (!held._forms.TryGetValue(key, out var form))
        {
            held._forms.Add(key, new Form());
            return scratch.Floats(count);
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
