using System.Reflection;

namespace IlgpuGan.KernelsTests.Cpu;

public sealed class RecordTests
{
    /// <summary>A record prints its public properties: one of its own type, made anew by each, would never come to an end.</summary>
    [Test]
    public void NoPlainRecordHasAPropertyOfItsOwnType()
    {
        var offenders =
            from type in typeof(ConvGeometry).Assembly.GetTypes()
            where type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null
            from property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            where property.PropertyType == type
            select $"{type.Name}.{property.Name}";
        Assert.That(offenders, Is.Empty);
    }
}
