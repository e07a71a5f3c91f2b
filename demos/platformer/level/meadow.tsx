<?xml version="1.0" encoding="UTF-8"?>
<tileset version="1.10" name="meadow" tilewidth="64" tileheight="64" tilecount="41" columns="8">
 <image source="meadow.png" width="512" height="384"/>
 <tile id="0"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="1"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="2"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="3"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="4"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="5"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="6"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="7"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="8"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="9"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="10"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="14"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="11"><objectgroup draworder="index"><object id="1" x="0" y="8" width="64" height="14"/></objectgroup></tile>
 <tile id="12"><objectgroup draworder="index"><object id="1" x="0" y="8" width="64" height="14"/></objectgroup></tile>
 <tile id="13"><objectgroup draworder="index"><object id="1" x="0" y="8" width="64" height="14"/></objectgroup></tile>
 <tile id="15" type="spikes"/>
 <tile id="16"><animation><frame tileid="16" duration="180"/><frame tileid="17" duration="180"/><frame tileid="18" duration="180"/><frame tileid="19" duration="180"/></animation></tile>
 <tile id="20"><animation><frame tileid="20" duration="420"/><frame tileid="21" duration="420"/><frame tileid="22" duration="420"/><frame tileid="23" duration="420"/></animation></tile>
 <tile id="24"><animation><frame tileid="24" duration="300"/><frame tileid="25" duration="300"/><frame tileid="26" duration="300"/><frame tileid="27" duration="300"/></animation></tile>
 <tile id="28"><animation><frame tileid="28" duration="300"/><frame tileid="29" duration="300"/><frame tileid="30" duration="300"/><frame tileid="31" duration="300"/></animation></tile>
 <tile id="32"><animation><frame tileid="32" duration="300"/><frame tileid="33" duration="300"/><frame tileid="34" duration="300"/><frame tileid="35" duration="300"/></animation></tile>
 <tile id="37"><animation><frame tileid="37" duration="110"/><frame tileid="38" duration="110"/><frame tileid="39" duration="110"/><frame tileid="40" duration="110"/><frame tileid="39" duration="110"/><frame tileid="38" duration="110"/></animation></tile>
</tileset>
